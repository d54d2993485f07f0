-- One row per time that a collector run listened to a channel, by the rule of docs/tables.md.
--
-- Input:  coverage, runs.
-- Output: collector, channel_id, channel_login, began_at, ended_at (up to, not including), is_open.
-- A run listened from a join to its next loss or end, but not longer than to the end of its last tally: it may have crashed. A repeated join
-- changes nothing. `is_open` is true if it reported neither and still reports: it listens on, past `ended_at`.
WITH changes AS (
  SELECT coalesce(collector, '') AS collector, channel_id, channel_login, kind, happened_at,
    lag(kind) OVER room AS kind_before,
    min(happened_at) FILTER (kind <> 'join') OVER (room ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS stopped_at
  FROM coverage WHERE kind IN ('join', 'loss', 'end') AND isfinite(happened_at)
  WINDOW room AS (
    PARTITION BY coalesce(collector, ''), channel_id, channel_login ORDER BY happened_at, list_position(['join', 'loss', 'end'], kind))
)
SELECT collector, channel_id, channel_login, happened_at AS began_at,
  -- least() and greatest() leave NULL out: a run without a tally heard nothing.
  greatest(happened_at, CASE WHEN reported_until IS NOT NULL THEN least(stopped_at, reported_until) END) AS ended_at,
  stopped_at IS NULL AND is_reporting AS is_open
FROM changes JOIN runs USING (collector)
WHERE kind = 'join' AND kind_before IS DISTINCT FROM 'join'
