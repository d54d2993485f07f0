-- Deleted messages, time-outs, bans and cleared chats.
SELECT hour, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, known(kind)[:60] AS kind, count(*) AS actions
FROM moderation WHERE isfinite(received_at) GROUP BY ALL
