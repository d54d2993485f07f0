-- Who wrote in which channel, without bots. The page on the audience asks these tables: they are made once for all of its parts.
CREATE OR REPLACE TEMP TABLE audience AS
SELECT channel, person FROM chatters ANTI JOIN (SELECT person FROM chatters WHERE is_bot) AS bots USING (person) GROUP BY ALL;

-- The 50 channels with the most chatters. Those with fewer than 20 are left out.
CREATE OR REPLACE TEMP TABLE crowds AS
SELECT channel, name, place, count(*)::DOUBLE AS chatters FROM audience JOIN channel_names USING (channel)
GROUP BY ALL HAVING count(*) >= 20 ORDER BY chatters DESC, place LIMIT 50;

-- Who wrote in several of them.
CREATE OR REPLACE TEMP TABLE visitors AS
SELECT place::INTEGER AS place, person FROM audience JOIN crowds USING (channel) QUALIFY count(*) OVER (PARTITION BY person) > 1;

-- How many people wrote in both of two channels, in both orders. Fewer than five are nobody, for privacy.
CREATE OR REPLACE TEMP TABLE shared_chatters AS
SELECT here.place, there.place AS other_place, count(*)::DOUBLE AS shared
FROM visitors AS here JOIN visitors AS there ON here.person = there.person AND here.place <> there.place
GROUP BY ALL HAVING count(*) >= 5;
