-- Determines the times of lines, and parses coverage records. Runs after lines.sql.
--
-- Input:  the views tagged_lines and tagged_odd_lines of usual-tags.ts; red_coverage, with the columns of red and filename.
-- Output: the views timed_lines, timed_odd_lines and records.

CREATE OR REPLACE MACRO hour_of(t) AS epoch_ms(t) // 3600000;
-- The collector of an imported line: activities/kafka/import-name.ts.
CREATE OR REPLACE MACRO is_import(collector) AS coalesce(starts_with(collector, 'import-'), false);
-- A plausible time: at most a week before the append time and at most an hour after it. Imported lines may be as old as 2005, before Twitch.
CREATE OR REPLACE MACRO plausible(t, appended_at, collector) AS
  CASE WHEN t >= CASE WHEN is_import(collector) THEN TIMESTAMPTZ '2005-01-01 00:00:00+00' ELSE appended_at - INTERVAL 7 DAY END
    AND t <= appended_at + INTERVAL 1 HOUR THEN t END;

-- The event time is Twitch's time if plausible, otherwise the arrival time if plausible, otherwise the append time. An imported line has as
-- arrival time the time that its log gives it, which is the event time: so red-views.ts can leave out other hours without parsing lines.
-- Plausibility is relative to the append time, because all copies of a line use the broker's clock. The clock of one collector may be wrong,
-- which would put copies of a line into different hours. A record without an arrival time, which no collector sent, uses its append time.
CREATE OR REPLACE TEMP MACRO timed(lines) AS TABLE
SELECT *,
  -- `nick!user@host` or `user@host`. A plain name with a dot is a server.
  split_part(split_part(prefix, '!', 1), '@', 1) AS nick,
  CASE WHEN nick <> '' AND NOT (nick = prefix AND contains(nick, '.')) THEN nick END AS prefix_login,
  nullif(channel, '') AS channel_login,
  coalesce(tag_id, concat(kafka_topic, '-', kafka_partition, '-', kafka_offset)) AS id,
  coalesce(tag_room_id, key) AS channel_id,
  coalesce(received_at, appended_at) AS arrived_at,
  TRY_CAST(tag_tmi_sent_ts AS BIGINT) AS claimed_ms,
  CASE WHEN claimed_ms BETWEEN 0 AND 253402300799000 THEN make_timestamptz(claimed_ms * 1000) END AS claimed_at,
  plausible(claimed_at, appended_at, collector) AS sent_at,
  coalesce(CASE WHEN NOT is_import(collector) THEN sent_at END, plausible(received_at, appended_at, collector), appended_at) AS event_at
FROM query_table(lines);
CREATE OR REPLACE TEMP VIEW timed_lines AS FROM timed('tagged_lines');
CREATE OR REPLACE TEMP VIEW timed_odd_lines AS FROM timed('tagged_odd_lines');

-- Typed coverage records. The kind is NULL if the record is not JSON or is longer than 64 KiB (ours have about 200 bytes; a few records of a
-- million bytes each would exceed the memory). An implausible time, as for sent_at, is replaced by the append time, so a wrong clock cannot
-- hide a loss. A tally gets NULL instead, because its time identifies its window; so does a fill, so that it fills nothing.
CREATE OR REPLACE TEMP VIEW records AS
WITH parsed AS (
  SELECT
    -- Half of a surrogate pair, which is valid JSON but not valid UTF-8, becomes U+FFFD.
    coalesce(TRY_CAST(line AS JSON), TRY_CAST(regexp_replace(line, '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\ufffd', 'g') AS JSON)) AS record,
    filename, appended_at, kafka_partition, kafka_offset
  FROM (SELECT * REPLACE (CASE WHEN strlen(line) <= 65536 THEN line END AS line) FROM red_coverage)
),
typed AS (
  SELECT
    filename, record ->> 'kind' AS kind, record ->> 'collector' AS collector,
    TRY_CAST(coalesce(record ->> 'at', record ->> 'window') AS TIMESTAMPTZ) AS claimed_at,
    record ->> 'channelId' AS channel_id, record ->> 'channelLogin' AS channel_login, record ->> 'reason' AS reason,
    record ->> 'account' AS account,
    CASE WHEN record ->> 'kind' = 'fill' THEN TRY_CAST(record ->> 'until' AS TIMESTAMPTZ) END AS claimed_until,
    bounded(TRY_CAST(record ->> 'received' AS BIGINT)) AS received,
    bounded(TRY_CAST(record ->> 'acknowledged' AS BIGINT)) AS acknowledged,
    appended_at, kafka_partition, kafka_offset
  FROM parsed
)
SELECT * EXCLUDE (claimed_at, claimed_until), plausible(claimed_until, appended_at, collector) AS filled_until,
  coalesce(plausible(claimed_at, appended_at, collector), CASE WHEN kind IN ('join', 'loss', 'end') THEN appended_at END) AS happened_at
FROM typed;
