-- Per collector: messages that it reported for each ten-second window, those in red and yellow, those erased, lost rooms, and since when a run with
-- joined rooms has reported nothing.
WITH reported AS (
  SELECT collector, happened_at AS window_start, received, acknowledged FROM records
  WHERE kind = 'tally' AND happened_at >= $day_start AND happened_at < $day_end
),
counted AS (
  SELECT collector, window_start, sum(red_messages) AS red, sum(yellow_messages) AS yellow, sum(erased_messages) AS erased FROM counts
  WHERE window_start >= $day_start AND window_start < $day_end GROUP BY ALL
),
windows AS (
  SELECT collector, window_start, reported.received IS NOT NULL AS is_reported,
    coalesce(reported.received, 0) AS received, coalesce(reported.acknowledged, 0) AS acknowledged,
    coalesce(counted.red, 0) AS red, coalesce(counted.yellow, 0) AS yellow, coalesce(counted.erased, 0) AS erased,
    coalesce(counted.red, 0) < reported.received AS is_off
  FROM reported FULL JOIN counted USING (collector, window_start)
),
losses AS (
  SELECT collector, count(*) AS losses FROM records
  WHERE kind = 'loss' AND happened_at >= $day_start AND happened_at < $day_end GROUP BY ALL
),
open_rooms AS (
  SELECT collector, login, max(happened_at) AS changed_at FROM records WHERE kind <> 'tally' GROUP BY ALL
  HAVING last(kind ORDER BY happened_at, kind <> 'join') = 'join'
),
reported_until AS (
  SELECT collector, max(happened_at) + INTERVAL 10 SECOND AS reported_until FROM records WHERE kind = 'tally' GROUP BY ALL
),
silent AS (
  SELECT collector, coalesce(any_value(reported_until), max(changed_at)) AS silent_since
  FROM open_rooms LEFT JOIN reported_until USING (collector) GROUP BY collector
  HAVING silent_since >= $day_start AND silent_since < least($settled_before, $day_end)
)
SELECT
  collector, coalesce(sum(received), 0)::DOUBLE AS received, coalesce(sum(acknowledged), 0)::DOUBLE AS acknowledged,
  coalesce(sum(red), 0)::DOUBLE AS red,
  coalesce(sum(red) FILTER (NOT is_reported AND window_start < $settled_before), 0)::DOUBLE AS "redUntold",
  coalesce(sum(red) FILTER (NOT is_reported AND window_start >= $settled_before), 0)::DOUBLE AS "redNew",
  coalesce(sum(greatest(red - received, 0)) FILTER (is_reported), 0)::DOUBLE AS "redTwice", coalesce(sum(yellow), 0)::DOUBLE AS yellow,
  coalesce(sum(erased), 0)::DOUBLE AS erased,
  (count(*) FILTER (is_off AND window_start < $settled_before))::DOUBLE AS "windowsOff",
  (count(*) FILTER (is_off AND window_start >= $settled_before))::DOUBLE AS "windowsPending",
  coalesce(any_value(losses), 0)::DOUBLE AS losses, strftime(any_value(silent_since), '%Y-%m-%dT%H:%M:%SZ') AS "silentSince"
FROM windows FULL JOIN losses USING (collector) FULL JOIN silent USING (collector)
GROUP BY collector ORDER BY collector
