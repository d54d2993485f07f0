-- Messages by the writing system of their text, without emotes.
SELECT hour, channel, script, count(*) AS messages FROM shown GROUP BY ALL
