SELECT
  (SELECT strftime(max(newest_at), '%Y-%m-%dT%H:%M:%SZ') FROM channel_hours) AS message,
  (SELECT strftime(max(polled_at), '%Y-%m-%dT%H:%M:%SZ') FROM poll_totals) AS poll,
  (SELECT coalesce(sum(lines), 0)::DOUBLE FROM unread_lines) AS quarantined
