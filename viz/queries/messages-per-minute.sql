-- Messages per minute of the ten channels with the most of them; the other channels together have no login.
WITH ranked AS (
  SELECT channel_id, arg_max(channel_login, received_at) AS login, row_number() OVER (ORDER BY count(*) DESC, channel_id) AS rank
  FROM chat GROUP BY channel_id
)
SELECT
  CASE WHEN rank <= 10 THEN login END AS login,
  strftime(date_trunc('minute', coalesce(sent_at, received_at)), '%Y-%m-%dT%H:%M:00Z') AS minute,
  count(*)::INTEGER AS messages
FROM chat JOIN ranked USING (channel_id)
GROUP BY ALL ORDER BY login NULLS LAST, minute
