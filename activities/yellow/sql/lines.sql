-- Lines of red, cut into their parts and given a time. DuckDB's dialect; run as it stands, before tables.sql.
--
-- In:  the views red_chat and red_coverage: columns of red and filename.
-- Out: the views cut_lines, timed_lines and records, and the macros used by tables.sql.

-- Tag values are escaped: \s is a space, \: a semicolon, \\ a backslash, \r and \n line ends (IRCv3 message tags).
CREATE OR REPLACE MACRO unescape(v) AS
  replace(replace(replace(replace(replace(replace(replace(
    v, '\\', chr(1)), '\s', ' '), '\:', ';'), '\r', chr(13)), '\n', chr(10)), '\', ''), chr(1), '\');
-- Empty and missing tags are both NULL.
CREATE OR REPLACE MACRO tag(keys, vals, name) AS nullif(vals[list_position(keys, name)], '');
CREATE OR REPLACE MACRO flag(keys, vals, name) AS coalesce(vals[list_position(keys, name)] = '1', false);
CREATE OR REPLACE MACRO hour_of(t) AS epoch_ms(t) // 3600000;

-- One line cut into tags, prefix, command, target and text.
CREATE OR REPLACE TEMP VIEW cut_lines AS
WITH without_tags AS (
  SELECT *,
    starts_with(line, '@') AND contains(line, ' ') AS tagged,
    CASE WHEN tagged THEN substr(line, 2, strpos(line, ' ') - 2) ELSE '' END AS tags,
    CASE WHEN tagged THEN ltrim(substr(line, strpos(line, ' ') + 1), ' ') ELSE line END AS after_tags
  FROM red_chat
),
without_prefix AS (
  SELECT *,
    starts_with(after_tags, ':') AND contains(after_tags, ' ') AS prefixed,
    CASE WHEN prefixed THEN substr(after_tags, 2, strpos(after_tags, ' ') - 2) ELSE '' END AS prefix,
    CASE WHEN prefixed THEN ltrim(substr(after_tags, strpos(after_tags, ' ') + 1), ' ') ELSE after_tags END AS body
  FROM without_tags
)
SELECT
  filename, kafka_topic, kafka_partition, kafka_offset, appended_at, received_at, collector, key, prefix,
  split_part(body, ' ', 1) AS command,
  ltrim(split_part(body, ' ', 2), '#') AS target,
  CASE WHEN contains(body, ' :') THEN substr(body, strpos(body, ' :') + 2) ELSE nullif(split_part(body, ' ', 3), '') END AS message,
  string_split(tags, ';') AS pairs,
  list_transform(pairs, lambda pair: split_part(pair, '=', 1)) AS keys,
  list_transform(pairs, lambda pair: CASE WHEN contains(pair, '=') THEN substr(pair, strpos(pair, '=') + 1) ELSE '' END) AS vals
FROM without_prefix;

-- The event's time is Twitch's where it can be true: from a week before the append to an hour after it. Else it is the arrival's.
-- It is the append time that judges, because all copies of a line share the broker's clock: a collector's own clock may be wrong, and a
-- copy of it would then go to another hour than its twin. A record that no collector of ours sent has no arrival of its own: its append time stands in.
CREATE OR REPLACE TEMP VIEW timed_lines AS
SELECT *,
  coalesce(received_at, appended_at) AS arrived_at,
  TRY_CAST(tag(keys, vals, 'tmi-sent-ts') AS BIGINT) AS claimed_ms,
  CASE WHEN claimed_ms BETWEEN 0 AND 253402300799000 THEN make_timestamptz(claimed_ms * 1000) END AS claimed_at,
  CASE WHEN claimed_at BETWEEN appended_at - INTERVAL 7 DAY AND appended_at + INTERVAL 1 HOUR THEN claimed_at END AS sent_at,
  coalesce(sent_at, arrived_at) AS event_at
FROM cut_lines;

-- Coverage records, typed. One that is no JSON has NULL for its kind. A time that cannot be true, as of sent_at above, gives way to the
-- append time: no loss is hidden because a clock was wrong. A tally names a window and nothing else would do for it, so it has NULL then.
CREATE OR REPLACE TEMP VIEW records AS
WITH parsed AS (
  SELECT TRY_CAST(line AS JSON) AS record, filename, appended_at, kafka_partition, kafka_offset FROM red_coverage
),
typed AS (
  SELECT
    filename, record ->> 'kind' AS kind, record ->> 'collector' AS collector,
    TRY_CAST(coalesce(record ->> 'at', record ->> 'window') AS TIMESTAMPTZ) AS claimed_at,
    record ->> 'channelId' AS channel_id, record ->> 'channelLogin' AS channel_login, record ->> 'reason' AS reason,
    TRY_CAST(record ->> 'received' AS BIGINT) AS received, TRY_CAST(record ->> 'acknowledged' AS BIGINT) AS acknowledged,
    appended_at, kafka_partition, kafka_offset
  FROM parsed
)
SELECT * EXCLUDE (claimed_at),
  CASE WHEN claimed_at BETWEEN appended_at - INTERVAL 7 DAY AND appended_at + INTERVAL 1 HOUR THEN claimed_at
    WHEN kind IN ('join', 'loss', 'end') THEN appended_at END AS happened_at
FROM typed;
