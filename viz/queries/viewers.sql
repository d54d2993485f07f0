-- Viewers over time of the ten channels that had the most at once.
WITH ranked AS (
  SELECT channel_id, arg_max(channel_login, polled_at) AS login, row_number() OVER (ORDER BY max(viewer_count) DESC, channel_id) AS rank
  FROM streams GROUP BY channel_id
)
SELECT login, strftime(polled_at, '%Y-%m-%dT%H:%M:%SZ') AS at, viewer_count::INTEGER AS viewers
FROM streams JOIN ranked USING (channel_id)
WHERE rank <= 10 ORDER BY rank, polled_at
