-- When nobody listened to the chat of the broadcast, by the rule of docs/tables.md: a collector run listened from a join to its next loss or end, but not
-- longer than to the end of its last tally. A run whose last tally is at most two minutes before the end still reports. After the last poll, nobody knows
-- whether the broadcast went on, so no gap begins there. A channel without any record was imported: there, nobody knows who has listened.
CREATE OR REPLACE TEMP TABLE broadcast_gaps AS
WITH tallied AS (
  SELECT collector, max(happened_at) + INTERVAL 10 SECOND AS reported_until FROM records WHERE kind = 'tally' GROUP BY collector
),
changes AS (
  SELECT
    collector, kind, happened_at, reason, lag(kind) OVER room AS kind_before,
    min(happened_at) FILTER (kind <> 'join') OVER (room ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS stopped_at
  FROM records WHERE kind IN ('join', 'loss', 'end')
  WINDOW room AS (PARTITION BY collector, login ORDER BY happened_at, list_position(['join', 'loss', 'end'], kind))
),
heard AS (
  SELECT
    greatest(happened_at, began_at) AS from_at,
    least(stopped_at, CASE WHEN reported_until < ended_at - INTERVAL 2 MINUTE THEN reported_until END, ended_at) AS until_at
  FROM changes JOIN tallied USING (collector), broadcast
  WHERE kind = 'join' AND kind_before IS DISTINCT FROM 'join'
),
edges AS (
  FROM heard WHERE until_at > from_at
  UNION ALL SELECT ended_at, ended_at FROM broadcast
),
between_edges AS (
  SELECT coalesce(max(until_at) OVER (ORDER BY from_at, until_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), began_at) AS gap_from, from_at AS gap_until
  FROM edges, broadcast
),
found AS (
  SELECT between_edges.* FROM between_edges, broadcast
  WHERE gap_until >= gap_from + INTERVAL 1 SECOND AND gap_from < last_polled_at
    AND (EXISTS (FROM changes) OR NOT EXISTS (FROM message_counts))
),
fills AS (SELECT happened_at AS filled_from, filled_until FROM records WHERE kind = 'fill' AND filled_until > happened_at),
-- A gap is cut where a fill begins or ends in it.
cuts AS (
  SELECT gap_from, gap_until, gap_from AS cut_at FROM found
  UNION
  SELECT gap_from, gap_until, cut_at
  FROM found JOIN (SELECT filled_from AS cut_at FROM fills UNION SELECT filled_until FROM fills) AS ends ON cut_at > gap_from AND cut_at < gap_until
),
parts AS (
  SELECT gap_from, gap_until, cut_at AS began_at, coalesce(lead(cut_at) OVER (PARTITION BY gap_from ORDER BY cut_at), gap_until) AS ended_at FROM cuts
)
SELECT
  parts.began_at, parts.ended_at,
  coalesce(
    (SELECT arg_max(reason, happened_at) FROM changes WHERE kind <> 'join' AND happened_at >= gap_from AND happened_at < gap_until),
    CASE
      WHEN NOT EXISTS (FROM changes WHERE kind = 'join' AND happened_at < broadcast.ended_at) THEN 'nobody listened'
      WHEN gap_from = broadcast.began_at THEN 'nobody had joined yet'
      ELSE 'the collector stopped reporting'
    END
  ) AS reason,
  EXISTS (FROM fills WHERE filled_from <= parts.began_at AND filled_until >= parts.ended_at) AS is_filled
FROM parts, broadcast;
