-- Coverage, with tallies.
SELECT
  hour, known(kind) AS kind, known(collector) AS collector, happened_at, known(channel_login) AS login,
  coalesce(visible(channel_id), visible(channel_login), '–') AS channel, visible(reason) AS reason, visible(account) AS account,
  finite(filled_until) AS filled_until, coalesce(counted(received), 0) AS received, coalesce(counted(acknowledged), 0) AS acknowledged
FROM coverage WHERE isfinite(happened_at)
