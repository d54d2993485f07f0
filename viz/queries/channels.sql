-- The channels of the day: messages, people who wrote, the most viewers at once.
WITH talk AS (
  SELECT channel, arg_max(login, received_at) AS login, count(*) AS messages, count(DISTINCT user_id) AS chatters
  FROM messages GROUP BY channel
),
shown AS (
  SELECT channel, arg_max(login, polled_at) AS login, arg_max(name, polled_at) AS name,
    arg_max(category, polled_at) AS category, arg_max(title, polled_at) AS title, max(viewers) AS viewers
  FROM polls GROUP BY channel
)
SELECT
  coalesce(shown.login, talk.login, channel) AS login, coalesce(name, shown.login, talk.login, channel) AS name,
  known(category) AS category, known(title) AS title,
  coalesce(messages, 0)::DOUBLE AS messages, coalesce(chatters, 0)::DOUBLE AS chatters, coalesce(viewers, 0)::DOUBLE AS viewers
FROM talk FULL JOIN shown USING (channel)
ORDER BY messages DESC, viewers DESC, login
