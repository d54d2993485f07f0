-- Who wrote in a channel in an hour. Copies by shared chat do not count: their writers are in another channel.
SELECT
  hour, channel, person, arg_max(user_login, said_at) AS login, arg_max(visible(display_name), said_at) AS name, bool_or(is_bot) AS is_bot,
  count(*) AS messages, count(*) FILTER (is_first_message) AS first_messages, count(*) FILTER (is_returning_chatter) AS returning_messages,
  bool_or(coalesce(is_subscriber, false)) AS is_subscriber, min(said_at) AS first_at, max(said_at) AS last_at
FROM messages WHERE NOT is_copy AND person IS NOT NULL GROUP BY ALL
