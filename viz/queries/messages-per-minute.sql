-- Messages per minute of the ten channels with the most of them; the other channels together have no login.
WITH ranked AS (
  SELECT channel, arg_max(login, received_at) AS login, row_number() OVER (ORDER BY count(*) DESC, channel) AS rank
  FROM messages GROUP BY channel
)
SELECT
  CASE WHEN rank <= 10 THEN coalesce(ranked.login, channel) END AS login,
  strftime(date_trunc('minute', said_at), '%Y-%m-%dT%H:%M:00Z') AS minute,
  count(*)::DOUBLE AS messages
FROM messages JOIN ranked USING (channel)
GROUP BY ALL ORDER BY login NULLS LAST, minute
