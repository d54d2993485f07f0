-- The input of the sums: messages per collector and ten-second window of arrival, in red of this append hour and in yellow of this event hour.
-- The collector's own counts of the same windows are in coverage, as rows of kind 'tally'. Runs after the table chat was made from
-- the view all_copies.
-- Imported messages are counted in their event hour in red, too, because the report of that day shows them.
CREATE OR REPLACE TEMP MACRO window_of(t) AS epoch_ms(t) // 10000;
CREATE OR REPLACE TEMP VIEW own_files AS SELECT unnest(getvariable('red_hour_chat')) AS filename;
CREATE OR REPLACE TEMP TABLE tallies AS
WITH lines AS (
  SELECT coalesce(collector, '') AS collector, window_of(coalesce(received_at, appended_at)) AS window_number, count(*) AS lines
  FROM red_chat WHERE filename IN (FROM own_files) AND NOT is_import(collector) GROUP BY ALL
),
others AS (
  SELECT coalesce(collector, '') AS collector, window_of(arrived_at) AS window_number,
    count(*) FILTER (table_of(command) IS DISTINCT FROM 'chat') AS not_messages,
    count(*) FILTER (table_of(command) = 'chat' AND is_erased(line)) AS erased_messages
  FROM other_lines WHERE filename IN (FROM own_files) AND NOT is_import(collector) GROUP BY ALL
),
imported_messages AS (
  SELECT collector, window_of(received_at) AS window_number, 1 AS red_messages, 0 AS erased_messages FROM all_copies WHERE is_import(collector)
  UNION ALL
  SELECT collector, window_of(arrived_at), 1, 1 FROM other_lines
  WHERE is_import(collector) AND hour_of(event_at) = getvariable('event_hour') AND table_of(command) = 'chat'
),
red_counts AS (
  SELECT collector, window_number, lines - coalesce(not_messages, 0) AS red_messages, erased_messages
  FROM lines LEFT JOIN others USING (collector, window_number) WHERE red_messages > 0
  UNION ALL
  SELECT collector, window_number, sum(red_messages)::BIGINT AS red_messages, sum(erased_messages)::BIGINT AS erased_messages
  FROM imported_messages GROUP BY ALL
),
yellow_counts AS (
  SELECT coalesce(collector, '') AS collector, window_of(received_at) AS window_number, count(*) AS yellow_messages
  FROM chat GROUP BY ALL
)
SELECT
  collector, make_timestamptz(window_number * 10000000) AS window_start,
  coalesce(red_messages, 0) AS red_messages, coalesce(yellow_messages, 0) AS yellow_messages,
  coalesce(erased_messages, 0) AS erased_messages
FROM red_counts FULL JOIN yellow_counts USING (collector, window_number);
