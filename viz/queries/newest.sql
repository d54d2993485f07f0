SELECT
  (SELECT strftime(max(appended_at), '%Y-%m-%dT%H:%M:%SZ') FROM messages WHERE isfinite(appended_at)) AS message,
  (SELECT strftime(max(polled_at), '%Y-%m-%dT%H:%M:%SZ') FROM polls) AS poll,
  (SELECT count(*)::DOUBLE FROM quarantine) AS quarantined
