-- One row per collector run that coverage knows.
--
-- Input:  coverage.
-- Output: collector, reported_until (the end of its last tally; NULL without one), is_reporting.
-- A run still reports if its newest record is at most two minutes older than the newest of all. A window is reported half a minute late at most.
-- If the variable known_until is set, coverage is complete up to it, and a run without records in the two minutes before it does not report.
WITH records AS (
  SELECT coalesce(collector, '') AS collector, happened_at, CASE WHEN kind = 'tally' THEN happened_at + INTERVAL 10 SECOND END AS tallied_until
  FROM coverage WHERE kind IN ('join', 'loss', 'end', 'tally') AND isfinite(happened_at)
),
newest AS (
  SELECT collector, max(tallied_until) AS reported_until, max(coalesce(tallied_until, happened_at)) AS seen_until FROM records GROUP BY collector
)
SELECT collector, reported_until, seen_until >= greatest((SELECT max(seen_until) FROM newest), getvariable('known_until')) - INTERVAL 2 MINUTE AS is_reporting
FROM newest
