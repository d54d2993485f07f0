-- Viewers over time of the ten channels that had the most at once.
WITH ranked AS (
  SELECT channel, coalesce(arg_max(login, polled_at), channel) AS login, row_number() OVER (ORDER BY max(viewers) DESC NULLS LAST, channel) AS rank
  FROM polls GROUP BY channel
)
SELECT ranked.login, strftime(polled_at, '%Y-%m-%dT%H:%M:%SZ') AS at, viewers::DOUBLE AS viewers
FROM polls JOIN ranked USING (channel)
WHERE rank <= 10 AND viewers IS NOT NULL ORDER BY rank, polled_at
