-- Each channel with messages in an hour: all of them, those copied from other channels by shared chat, and those of bots.
SELECT
  hour, channel, arg_max(login, received_at) AS login, count(*) AS messages, count(*) FILTER (is_copy) AS copies,
  count(*) FILTER (is_bot AND NOT is_copy) AS bot_messages, max(finite(appended_at)) AS newest_at
FROM messages GROUP BY ALL
