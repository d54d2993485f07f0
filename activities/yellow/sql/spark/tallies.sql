-- The input of the sums: messages per collector and ten-second window of arrival, in red of this append hour and in yellow of this event hour.
-- The collector's own counts of the same windows are in coverage, as rows of kind 'tally'. Runs when chat is written.
-- Imported messages are counted in their event hour in red, too, because the report of that day shows them.
CREATE OR REPLACE TEMPORARY VIEW tallies AS
WITH red_counts AS (
  SELECT coalesce(collector, '') AS collector, unix_millis(arrived_at) DIV 10000 AS window_number, count(*) AS red_messages,
    count_if(is_erased) AS erased_messages
  FROM timed_lines WHERE table_of(command) = 'chat' AND CASE WHEN is_import(collector) THEN hour_of(event_at) = event_hour ELSE is_own END
  GROUP BY ALL
),
yellow_counts AS (
  SELECT coalesce(collector, '') AS collector, unix_millis(received_at) DIV 10000 AS window_number, count(*) AS yellow_messages
  FROM chat GROUP BY ALL
)
SELECT
  collector, timestamp_millis(window_number * 10000) AS window_start,
  coalesce(red_messages, 0) AS red_messages, coalesce(yellow_messages, 0) AS yellow_messages,
  coalesce(erased_messages, 0) AS erased_messages
FROM red_counts FULL JOIN yellow_counts USING (collector, window_number);
