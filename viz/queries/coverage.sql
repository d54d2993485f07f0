-- When channels were joined, lost and left: losses first, then the newest, and how many there are in all.
SELECT
  strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') AS at, kind, login, known(reason) AS reason, collector, (count(*) OVER ())::DOUBLE AS total
FROM records
WHERE kind <> 'tally' AND happened_at >= $day_start AND happened_at < $day_end
ORDER BY kind = 'loss' DESC, happened_at DESC, login LIMIT 200
