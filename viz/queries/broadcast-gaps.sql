-- When nobody listened to the chat of the chosen broadcasts, by the rule of docs/tables.md: a collector run listened from a join to its next loss or end, but not
-- longer than to the end of its last tally. A run whose last tally is at most two minutes before the end still reports. After the last poll, nobody knows
-- whether the broadcast went on, so no gap begins there. A channel without any record was imported: there, nobody knows who has listened.
WITH tallied AS (
  SELECT stream_id, collector, max(happened_at) + INTERVAL 10 SECOND AS reported_until
  FROM records JOIN chosen_hours USING (hour) WHERE kind = 'tally' GROUP BY ALL
),
changes AS (
  SELECT
    stream_id, collector, kind, happened_at, reason, lag(kind) OVER room AS kind_before,
    min(happened_at) FILTER (kind <> 'join') OVER (room ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS stopped_at
  FROM chosen_records WHERE kind IN ('join', 'loss', 'end')
  WINDOW room AS (PARTITION BY stream_id, collector, login ORDER BY happened_at, list_position(['join', 'loss', 'end'], kind))
),
heard AS (
  SELECT
    stream_id, greatest(happened_at, began_at) AS from_at,
    least(stopped_at, CASE WHEN reported_until < ended_at - INTERVAL 2 MINUTE THEN reported_until END, ended_at) AS until_at
  FROM changes JOIN tallied USING (stream_id, collector) JOIN chosen USING (stream_id)
  WHERE kind = 'join' AND kind_before IS DISTINCT FROM 'join'
),
edges AS (
  FROM heard WHERE until_at > from_at
  UNION ALL SELECT stream_id, ended_at, ended_at FROM chosen
),
between_edges AS (
  SELECT
    stream_id, from_at AS gap_until,
    max(until_at) OVER (PARTITION BY stream_id ORDER BY from_at, until_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS heard_until
  FROM edges
),
found AS (
  SELECT stream_id, coalesce(heard_until, began_at) AS gap_from, gap_until
  FROM between_edges JOIN chosen USING (stream_id)
  WHERE gap_until >= coalesce(heard_until, began_at) + INTERVAL 1 SECOND AND coalesce(heard_until, began_at) < last_polled_at
    AND (stream_id IN (SELECT stream_id FROM changes) OR stream_id NOT IN (SELECT stream_id FROM chosen_counts))
),
fills AS (SELECT stream_id, happened_at AS filled_from, filled_until FROM chosen_records WHERE kind = 'fill' AND filled_until > happened_at),
-- A gap is cut where a fill begins or ends in it.
cuts AS (
  SELECT stream_id, gap_from, gap_until, gap_from AS cut_at FROM found
  UNION
  SELECT stream_id, gap_from, gap_until, cut_at
  FROM found JOIN (SELECT stream_id, filled_from AS cut_at FROM fills UNION SELECT stream_id, filled_until FROM fills) AS ends USING (stream_id)
  WHERE cut_at > gap_from AND cut_at < gap_until
),
parts AS (
  SELECT
    stream_id, gap_from, gap_until, cut_at AS began_at,
    coalesce(lead(cut_at) OVER (PARTITION BY stream_id, gap_from ORDER BY cut_at), gap_until) AS ended_at
  FROM cuts
),
reasons AS (
  SELECT stream_id, gap_from, arg_max(reason, happened_at) AS reason
  FROM found JOIN changes USING (stream_id)
  WHERE kind <> 'join' AND happened_at >= gap_from AND happened_at < gap_until GROUP BY ALL
)
SELECT
  parts.stream_id, parts.began_at, parts.ended_at,
  coalesce(
    reasons.reason,
    CASE
      WHEN parts.stream_id NOT IN (SELECT stream_id FROM changes WHERE kind = 'join') THEN 'nobody listened'
      WHEN gap_from = chosen.began_at THEN 'nobody had joined yet'
      ELSE 'the collector stopped reporting'
    END
  ) AS reason,
  EXISTS (
    FROM fills WHERE fills.stream_id = parts.stream_id AND filled_from <= parts.began_at AND filled_until >= parts.ended_at
  ) AS is_filled
FROM parts JOIN chosen USING (stream_id) LEFT JOIN reasons USING (stream_id, gap_from)
