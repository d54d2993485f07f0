-- All polls of an hour by category and language of the streams: channels and viewers, added up over the polls.
SELECT hour, category, language, count(*) AS channels, coalesce(sum(viewers), 0)::BIGINT AS viewers
FROM (
  SELECT
    hour, polled_at, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, max(counted(viewer_count)) AS viewers,
    arg_max(visible(game_name), coalesce(counted(viewer_count), -1)) AS category,
    arg_max(visible(language), coalesce(counted(viewer_count), -1)) AS language
  FROM streams WHERE isfinite(polled_at) GROUP BY ALL
)
GROUP BY ALL
