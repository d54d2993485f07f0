-- The channels of the day: messages, people who wrote, the most viewers at once.
WITH talk AS (
  SELECT channel_id, arg_max(channel_login, received_at) AS login, count(*) AS messages, count(DISTINCT user_id) AS chatters
  FROM chat GROUP BY channel_id
),
shown AS (
  SELECT channel_id, arg_max(channel_login, polled_at) AS login, arg_max(channel_name, polled_at) AS name,
    arg_max(game_name, polled_at) AS category, arg_max(title, polled_at) AS title, max(viewer_count) AS viewers
  FROM streams GROUP BY channel_id
)
SELECT
  coalesce(shown.login, talk.login) AS login, coalesce(name, shown.login, talk.login) AS name, coalesce(category, '') AS category, coalesce(title, '') AS title,
  coalesce(messages, 0)::INTEGER AS messages, coalesce(chatters, 0)::INTEGER AS chatters, coalesce(viewers, 0)::INTEGER AS viewers
FROM talk FULL JOIN shown USING (channel_id)
ORDER BY messages DESC, viewers DESC, login
