-- Messages by what their channel showed: the category and the language of its last poll before them, or else of its first one in the hour.
WITH shows AS (
  SELECT hour, polled_at, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, visible(game_name) AS category, visible(language) AS language
  FROM streams WHERE isfinite(polled_at)
  QUALIFY row_number() OVER (PARTITION BY polled_at, coalesce(visible(channel_id), visible(channel_login), '–') ORDER BY counted(viewer_count) DESC NULLS LAST, stream_id) = 1
),
firsts AS (
  SELECT hour, channel, arg_min_null(category, polled_at) AS category, arg_min_null(language, polled_at) AS language FROM shows GROUP BY ALL
),
minutes AS (SELECT hour, channel, date_trunc('minute', said_at) AS minute, count(*) AS messages FROM messages GROUP BY ALL)
SELECT
  minutes.hour, minutes.channel,
  CASE WHEN shows.channel IS NULL THEN firsts.category ELSE shows.category END AS category,
  CASE WHEN shows.channel IS NULL THEN firsts.language ELSE shows.language END AS language,
  sum(messages)::BIGINT AS messages
FROM minutes
ASOF LEFT JOIN shows ON minutes.hour = shows.hour AND minutes.channel = shows.channel AND minutes.minute >= shows.polled_at
LEFT JOIN firsts ON minutes.hour = firsts.hour AND minutes.channel = firsts.channel
GROUP BY ALL
