-- When channels were joined, lost and left, newest first.
SELECT
  strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') AS at, kind, coalesce(channel_login, '') AS login, coalesce(reason, '') AS reason, collector
FROM coverage
WHERE kind <> 'tally' AND happened_at >= $day_start AND happened_at < $day_end
ORDER BY happened_at DESC, login LIMIT 200
