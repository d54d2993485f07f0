-- Broadcasts: all polls of one stream id. One began when Twitch says so, or else with its first poll. If the newest poll of all has it, it is live, and
-- known up to that poll. If not, it ended between its last poll and the next one. Twitch ends a broadcast after two days.
CREATE OR REPLACE TEMP TABLE broadcasts AS
WITH streams_seen AS (
  SELECT
    stream_id, arg_max(channel, polled_at) AS channel, min(polled_at) AS first_polled_at, max(polled_at) AS last_polled_at,
    min(started_at) FILTER (started_at > polled_at - INTERVAL 3 DAY) AS started_at
  FROM polls WHERE regexp_full_match(stream_id, '[0-9]{1,20}') GROUP BY stream_id
),
known AS (
  SELECT stream_id, channel, least(started_at, first_polled_at) AS began_at, last_polled_at, last_polled_at = newest_at AS is_live, step
  FROM streams_seen, poll_clock
)
SELECT
  stream_id, channel, began_at, last_polled_at,
  least(greatest(CASE WHEN is_live THEN last_polled_at ELSE last_polled_at + step END, began_at + INTERVAL 10 SECOND), began_at + INTERVAL 4 DAY) AS ended_at,
  is_live
FROM known;
