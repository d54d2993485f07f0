-- Determines the times of lines, and parses coverage records. Spark's dialect of ../times.sql. Runs after lines.sql.
--
-- Input:  the view cut_lines; red_coverage, with the columns of red.
-- Output: the views timed_lines and records.

CREATE OR REPLACE MACRO hour_of(t) AS unix_millis(t) DIV 3600000;
-- The collector of an imported line: activities/kafka/import-name.ts.
CREATE OR REPLACE MACRO is_import(collector) AS coalesce(startswith(collector, 'import-'), false);
-- A plausible time: at most a week before the append time and at most an hour after it. Imported lines may be as old as 2005, before Twitch.
CREATE OR REPLACE MACRO plausible(t, appended_at, collector) AS
  CASE WHEN t >= CASE WHEN is_import(collector) THEN TIMESTAMP '2005-01-01 00:00:00' ELSE appended_at - INTERVAL '7' DAY END
    AND t <= appended_at + INTERVAL '1' HOUR THEN t END;
-- What DuckDB casts to BIGINT: a number with white space around it, rounded; 1_000 is 1000.
CREATE OR REPLACE MACRO whole_number(v) AS CASE WHEN v RLIKE r'\A[\t-\r ]*[+-]?([0-9]+(_[0-9]+)*(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[\t-\r ]*\z'
    THEN try_cast(round(try_cast(replace(v, '_', '') AS DECIMAL(38, 18)), 0) AS BIGINT) END;
-- What DuckDB casts to TIMESTAMPTZ, as far as it is a time by ISO 8601 with seconds.
CREATE OR REPLACE MACRO time_of(v) AS CASE WHEN v RLIKE r'\A[\t-\r ]*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]*)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?[\t-\r ]*\z'
    THEN try_cast(v AS TIMESTAMP) END;

-- The event time is Twitch's time if plausible, otherwise the arrival time if plausible, otherwise the append time. An imported line has as
-- arrival time the time that its log gives it, which is the event time.
-- Plausibility is relative to the append time, because all copies of a line use the broker's clock. The clock of one collector may be wrong,
-- which would put copies of a line into different hours. A record without an arrival time, which no collector sent, uses its append time.
CREATE OR REPLACE TEMPORARY VIEW timed_lines AS
SELECT * EXCEPT (escaped_pairs, line),
  -- Only quarantine needs the line. The rows of this view are stored once, for all tables.
  CASE WHEN table_of(command) = 'quarantine' THEN line END AS line,
  -- A line of a user who opted out: activities/opt-out/redact-line.ts. It counts in the sums, and has no row.
  coalesce(startswith(line, '@chatlake-erased=1'), false) AS is_erased,
  -- `nick!user@host` or `user@host`. A plain name with a dot is a server.
  split_part(split_part(prefix, '!', 1), '@', 1) AS nick,
  CASE WHEN nick <> '' AND NOT (nick = prefix AND contains(nick, '.')) THEN nick END AS prefix_login,
  nullif(channel, '') AS channel_login,
  coalesce(tag(keys, pairs, 'id'), concat(kafka_topic, '-', kafka_partition, '-', kafka_offset)) AS id,
  coalesce(tag(keys, pairs, 'room-id'), key) AS channel_id,
  coalesce(received_at, appended_at) AS arrived_at,
  whole_number(tag(keys, pairs, 'tmi-sent-ts')) AS claimed_ms,
  CASE WHEN claimed_ms BETWEEN 0 AND 253402300799000 THEN timestamp_millis(claimed_ms) END AS claimed_at,
  plausible(claimed_at, appended_at, collector) AS sent_at,
  coalesce(CASE WHEN NOT is_import(collector) THEN sent_at END, plausible(received_at, appended_at, collector), appended_at) AS event_at
FROM cut_lines;

-- Typed coverage records. The kind is NULL if the record is not JSON or is longer than 64 KiB (ours have about 200 bytes; a few records of a
-- million bytes each would exceed the memory). An implausible time, as for sent_at, is replaced by the append time, so a wrong clock cannot
-- hide a loss. A tally gets NULL instead, because its time identifies its window; so does a fill, so that it fills nothing.
CREATE OR REPLACE TEMPORARY VIEW records AS
WITH whole AS (
  SELECT appended_at, kafka_partition, kafka_offset,
    -- Half of a surrogate pair, which is valid JSON but not valid UTF-8, becomes U+FFFD.
    CASE WHEN octet_length(line) > 65536 THEN NULL
      WHEN line RLIKE r'(?<!\\)(?:\\\\)*(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})'
        THEN regexp_replace(line, r'\\u[dD][89a-fA-F][0-9a-fA-F]{2}', r'\\ufffd') ELSE line END AS line
  FROM red_coverage
),
parsed AS (
  -- try_parse_json ignores what follows a value, so the record is read as the first of a list of two.
  SELECT *, try_parse_json(concat('[', line, ',1]')) AS list,
    CASE WHEN try_variant_get(list, '$[1]', 'STRING') = '1' AND try_variant_get(list, '$[2]', 'STRING') IS NULL
      THEN try_variant_get(list, '$[0]', 'VARIANT') END AS record
  FROM whole
),
typed AS (
  SELECT
    try_variant_get(record, '$.kind', 'STRING') AS kind, try_variant_get(record, '$.collector', 'STRING') AS collector,
    time_of(coalesce(try_variant_get(record, '$.at', 'STRING'), try_variant_get(record, '$.window', 'STRING'))) AS claimed_at,
    try_variant_get(record, '$.channelId', 'STRING') AS channel_id, try_variant_get(record, '$.channelLogin', 'STRING') AS channel_login,
    try_variant_get(record, '$.reason', 'STRING') AS reason, try_variant_get(record, '$.account', 'STRING') AS account,
    CASE WHEN try_variant_get(record, '$.kind', 'STRING') = 'fill' THEN time_of(try_variant_get(record, '$.until', 'STRING')) END AS claimed_until,
    bounded(whole_number(try_variant_get(record, '$.received', 'STRING'))) AS received,
    bounded(whole_number(try_variant_get(record, '$.acknowledged', 'STRING'))) AS acknowledged,
    appended_at, kafka_partition, kafka_offset
  FROM parsed
)
SELECT * EXCEPT (claimed_at, claimed_until), plausible(claimed_until, appended_at, collector) AS filled_until,
  coalesce(plausible(claimed_at, appended_at, collector), CASE WHEN kind IN ('join', 'loss', 'end') THEN appended_at END) AS happened_at
FROM typed;
