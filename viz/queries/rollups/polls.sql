-- Of each poll, the 500 channels with the most viewers, and all rooms that were ever listened to. A channel counts once per poll, with the highest viewer count.
WITH seen AS (
  SELECT
    hour, polled_at, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, max(counted(viewer_count)) AS viewers,
    arg_max(stream_id, coalesce(counted(viewer_count), -1)) AS stream_id,
    arg_max(visible(channel_login), coalesce(counted(viewer_count), -1)) AS login,
    arg_max(visible(channel_name), coalesce(counted(viewer_count), -1)) AS name,
    arg_max(visible(game_name), coalesce(counted(viewer_count), -1)) AS category,
    arg_max(visible(title), coalesce(counted(viewer_count), -1)) AS title,
    arg_max(visible(language), coalesce(counted(viewer_count), -1)) AS language,
    arg_max(finite(started_at), coalesce(counted(viewer_count), -1)) AS started_at
  FROM streams WHERE isfinite(polled_at) GROUP BY ALL
),
rooms AS (SELECT channel, min(date_trunc('hour', happened_at)) AS since FROM records WHERE kind <> 'tally' GROUP BY channel)
SELECT seen.* FROM seen LEFT JOIN rooms USING (channel)
QUALIFY row_number() OVER (PARTITION BY polled_at ORDER BY viewers DESC NULLS LAST, channel) <= 500 OR coalesce(since <= polled_at, false)
