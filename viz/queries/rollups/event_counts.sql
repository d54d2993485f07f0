-- Subscriptions, gifts, raids and other notices, by kind. `gifts` is the number of subscriptions that were given at once.
SELECT
  hour, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, known(kind)[:60] AS kind, count(*) AS events,
  coalesce(sum(counted(gift_count)), 0)::BIGINT AS gifts, coalesce(sum(counted(raid_viewers)), 0)::BIGINT AS raid_viewers
FROM events WHERE isfinite(received_at) AND NOT coalesce(is_shared_copy, false) GROUP BY ALL
