-- What was said in the busiest minutes: of up to twelve minutes of each channel and hour, the five words and the five emotes that are in most
-- messages, if at least two people have said them in that minute.
WITH minutes AS (SELECT *, date_trunc('minute', said_at) AS minute FROM shown),
busy AS (
  SELECT hour, channel, minute FROM minutes GROUP BY hour, channel, minute HAVING count(*) >= 3
  QUALIFY row_number() OVER (PARTITION BY hour, channel ORDER BY count(*) DESC, minute) <= 12
),
said AS (FROM minutes SEMI JOIN busy USING (hour, channel, minute)),
terms AS (
  SELECT hour, channel, minute, speaker, 'word' AS kind, unnest(words) AS term FROM said
  UNION ALL
  SELECT hour, channel, minute, speaker, 'emote', unnest(emotes) FROM said WHERE emotes IS NOT NULL
)
SELECT hour, channel, minute, kind, term, count(*) AS messages
FROM terms GROUP BY hour, channel, minute, kind, term
HAVING min(speaker) <> max(speaker) AND length(term) <= 40 AND ((kind = 'emote' AND visible(term) IS NOT NULL) OR (kind = 'word' AND length(term) >= 2 AND regexp_matches(term, '\p{L}')))
QUALIFY row_number() OVER (PARTITION BY hour, channel, minute, kind ORDER BY count(*) DESC, term) <= 5
