-- Each poll: live channels, and their viewers.
SELECT hour, polled_at, count(*) AS channels, coalesce(sum(viewers), 0)::BIGINT AS viewers
FROM (
  SELECT hour, polled_at, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, max(counted(viewer_count)) AS viewers
  FROM streams WHERE isfinite(polled_at) GROUP BY ALL
)
GROUP BY ALL
