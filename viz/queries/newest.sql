SELECT
  (SELECT strftime(max(appended_at), '%Y-%m-%dT%H:%M:%SZ') FROM chat) AS message,
  (SELECT strftime(max(polled_at), '%Y-%m-%dT%H:%M:%SZ') FROM streams) AS poll
