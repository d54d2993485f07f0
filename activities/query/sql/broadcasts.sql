-- One row per stream, from its polls.
--
-- Input:  streams.
-- Output: stream_id, channel_id, channel_login, channel_name, language (the last that are known), began_at, first_polled_at, last_polled_at, polls,
--         peak_viewers, average_viewers, categories and titles (in order, each with the poll at which it began).
-- A value that a poll lacks is unknown, and changes nothing.
WITH polls AS (SELECT * FROM streams WHERE isfinite(polled_at)),
games AS (
  SELECT stream_id, polled_at, game_id, game_name FROM polls WHERE game_id IS NOT NULL OR game_name IS NOT NULL
  WINDOW stream AS (PARTITION BY stream_id ORDER BY polled_at)
  QUALIFY row_number() OVER stream = 1
    OR coalesce(game_id, game_name) IS DISTINCT FROM lag(coalesce(game_id, game_name)) OVER stream
),
names AS (
  SELECT stream_id, polled_at, title FROM polls WHERE title IS NOT NULL
  WINDOW stream AS (PARTITION BY stream_id ORDER BY polled_at)
  QUALIFY row_number() OVER stream = 1 OR title <> lag(title) OVER stream
),
categories AS (
  SELECT stream_id, list({'game_id': game_id, 'game_name': game_name, 'began_at': polled_at} ORDER BY polled_at) AS categories FROM games GROUP BY stream_id
),
titles AS (SELECT stream_id, list({'title': title, 'began_at': polled_at} ORDER BY polled_at) AS titles FROM names GROUP BY stream_id)
SELECT stream_id, arg_max(channel_id, polled_at) AS channel_id, arg_max(channel_login, polled_at) AS channel_login,
  arg_max(channel_name, polled_at) AS channel_name, arg_max(language, polled_at) AS language,
  coalesce(min(started_at), min(polled_at)) AS began_at, min(polled_at) AS first_polled_at, max(polled_at) AS last_polled_at, count(*) AS polls,
  max(viewer_count) AS peak_viewers, avg(viewer_count) AS average_viewers,
  coalesce(any_value(categories), []) AS categories, coalesce(any_value(titles), []) AS titles
FROM polls LEFT JOIN categories USING (stream_id) LEFT JOIN titles USING (stream_id)
GROUP BY stream_id
