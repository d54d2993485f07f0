-- What moderators have hidden: the messages of a user before a time-out or ban, and deleted messages.
SELECT
  hour, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, target_user_id AS user_id,
  CASE WHEN kind = 'message deleted' THEN target_user_login END AS login, target_message_id AS message_id,
  coalesce(finite(sent_at), received_at) AS hidden_at
FROM moderation
WHERE isfinite(received_at) AND (
  (kind IN ('user banned', 'user timed out') AND target_user_id IS NOT NULL) OR (kind = 'message deleted' AND target_message_id IS NOT NULL)
)
