-- One row per time that a channel was wanted and nobody listened. If the lines of a part of it were fetched later, that part is a row of its own.
--
-- Input:  coverage, runs, listening.
-- Output: channel_id, channel_login, began_at, ended_at (up to, not including; NULL while the gap lasts), reason, is_filled.
-- A run wants a channel from its first join or loss until its end. If its collector is stopped, the wish goes on: the chat moves to another run. The
-- wish of a run that has crashed or was stopped ends with the next end of the channel by another run.
-- The reason is that of the record at which the gap began. A run that crashed wrote none.
WITH records AS (
  SELECT coalesce(collector, '') AS collector, channel_id, channel_login, happened_at, kind, reason,
    kind = 'end' AND coalesce(reason, '') NOT IN ('WORKER_SHUTDOWN', 'the collector stops') AS is_final,
    list_position(['join', 'loss', 'end'], kind) AS place
  FROM coverage WHERE kind IN ('join', 'loss', 'end') AND isfinite(happened_at)
),
numbered AS (
  SELECT *,
    count(*) FILTER (is_final) OVER (
      PARTITION BY collector, channel_id, channel_login ORDER BY happened_at, place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS number
  FROM records
),
wishes AS (
  SELECT collector, channel_id, channel_login, min(happened_at) AS began_at, max(happened_at) FILTER (is_final) AS ended_at
  FROM numbered GROUP BY collector, channel_id, channel_login, number
),
heard AS (
  SELECT collector, channel_id, channel_login, max(ended_at) AS heard_until FROM listening GROUP BY collector, channel_id, channel_login
),
-- Each wish without an end, and when an end by another run may end it: never while its own run still reports.
unended AS (
  SELECT wishes.*, CASE WHEN is_reporting THEN 'infinity' ELSE greatest(coalesce(heard_until, wishes.began_at), wishes.began_at) END AS ends_after
  FROM wishes JOIN runs USING (collector)
    LEFT JOIN heard ON heard.collector = wishes.collector
      AND heard.channel_id IS NOT DISTINCT FROM wishes.channel_id AND heard.channel_login IS NOT DISTINCT FROM wishes.channel_login
  WHERE wishes.ended_at IS NULL
),
wanted AS (
  SELECT channel_id, channel_login, began_at, ended_at FROM wishes WHERE ended_at IS NOT NULL
  UNION ALL
  SELECT unended.channel_id, unended.channel_login, unended.began_at, coalesce(min(records.happened_at), 'infinity')
  FROM unended LEFT JOIN records ON records.is_final AND records.collector <> unended.collector AND records.happened_at >= unended.ends_after
    AND records.channel_id IS NOT DISTINCT FROM unended.channel_id AND records.channel_login IS NOT DISTINCT FROM unended.channel_login
  GROUP BY unended.collector, unended.channel_id, unended.channel_login, unended.began_at
),
-- How many runs want and hear a room changes at these times.
steps AS (
  SELECT channel_id, channel_login, began_at AS step_at, 1 AS wants, 0 AS hears FROM wanted
  UNION ALL SELECT channel_id, channel_login, ended_at, -1, 0 FROM wanted
  UNION ALL SELECT channel_id, channel_login, began_at, 0, 1 FROM listening
  UNION ALL SELECT channel_id, channel_login, CASE WHEN is_open THEN 'infinity' ELSE ended_at END, 0, -1 FROM listening
),
times AS (SELECT channel_id, channel_login, step_at, sum(wants) AS wants, sum(hears) AS hears FROM steps GROUP BY channel_id, channel_login, step_at),
states AS (
  SELECT channel_id, channel_login, step_at, lead(step_at) OVER room AS next_at, sum(wants) OVER room > 0 AND sum(hears) OVER room = 0 AS is_gap
  FROM times WINDOW room AS (PARTITION BY channel_id, channel_login ORDER BY step_at)
),
pieces AS (
  SELECT *, count(*) FILTER (NOT is_gap) OVER (PARTITION BY channel_id, channel_login ORDER BY step_at) AS number FROM states
),
found AS (
  SELECT channel_id, channel_login, min(step_at) AS began_at, max(next_at) AS ended_at
  FROM pieces WHERE is_gap GROUP BY channel_id, channel_login, number
),
whole AS (
  SELECT found.channel_id, found.channel_login, found.began_at, any_value(found.ended_at) AS ended_at,
    coalesce(arg_max(records.reason, records.place), 'the collector stopped reporting') AS reason
  FROM found LEFT JOIN records ON records.kind <> 'join' AND records.happened_at = found.began_at
    AND records.channel_id IS NOT DISTINCT FROM found.channel_id AND records.channel_login IS NOT DISTINCT FROM found.channel_login
  GROUP BY found.channel_id, found.channel_login, found.began_at
),
fills AS (
  SELECT channel_id, channel_login, happened_at AS filled_from, filled_until FROM coverage
  WHERE kind = 'fill' AND isfinite(happened_at) AND isfinite(filled_until) AND filled_until > happened_at
),
-- A gap is cut where a fill begins or ends in it.
cuts AS (
  SELECT *, began_at AS cut_at FROM whole
  UNION
  SELECT whole.*, cut_at
  FROM whole JOIN (
    SELECT channel_id, channel_login, filled_from AS cut_at FROM fills UNION SELECT channel_id, channel_login, filled_until FROM fills
  ) AS ends ON cut_at > whole.began_at AND cut_at < whole.ended_at
    AND ends.channel_id IS NOT DISTINCT FROM whole.channel_id AND ends.channel_login IS NOT DISTINCT FROM whole.channel_login
),
parts AS (
  SELECT channel_id, channel_login, began_at, reason, cut_at, coalesce(lead(cut_at) OVER gap, ended_at) AS part_ended_at,
    EXISTS (
      FROM fills WHERE filled_from <= cut_at AND filled_until > cut_at
        AND fills.channel_id IS NOT DISTINCT FROM cuts.channel_id AND fills.channel_login IS NOT DISTINCT FROM cuts.channel_login
    ) AS is_filled
  FROM cuts WINDOW gap AS (PARTITION BY channel_id, channel_login, began_at ORDER BY cut_at)
),
-- Neighbours that are alike belong together: fills may overlap.
numbered_parts AS (
  SELECT *, row_number() OVER gap - row_number() OVER (PARTITION BY channel_id, channel_login, began_at, is_filled ORDER BY cut_at) AS number
  FROM parts WINDOW gap AS (PARTITION BY channel_id, channel_login, began_at ORDER BY cut_at)
)
SELECT channel_id, channel_login, min(cut_at) AS began_at,
  CASE WHEN isfinite(max(part_ended_at)) THEN max(part_ended_at) END AS ended_at, any_value(reason) AS reason, is_filled
FROM numbered_parts GROUP BY channel_id, channel_login, numbered_parts.began_at, is_filled, number
