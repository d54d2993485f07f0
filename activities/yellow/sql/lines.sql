-- Parses the lines of red and determines their times. DuckDB's dialect. Runs before tables.sql, and after the macros table_of and may_be_rare,
-- which sql-text.ts creates from activities/kafka/row-commands.ts.
--
-- Input:  the views red_chat and red_coverage, with the columns of red and filename.
-- Output: the views cut_lines, timed_lines and records, and macros for tables.sql.

-- Escapes in tag values: \s is a space, \: a semicolon, \\ a backslash, \r and \n line ends. A backslash before any other character, or at the
-- end, is dropped (IRCv3 message tags). Escapes are read from the left, so the value is split at \\ first.
CREATE OR REPLACE MACRO unescape_between(v) AS
  replace(replace(replace(replace(replace(v, '\s', ' '), '\:', ';'), '\r', chr(13)), '\n', chr(10)), '\', '');
CREATE OR REPLACE MACRO unescape(v) AS
  CASE WHEN contains(v, '\') THEN array_to_string(list_transform(string_split(v, '\\'), lambda part: unescape_between(part)), '\') ELSE v END;
-- Tag names have no escapes.
CREATE OR REPLACE MACRO unescape_value(pair) AS
  concat(split_part(pair, '=', 1), unescape(substr(pair, length(split_part(pair, '=', 1)) + 1)));
-- The value of a tag: '' if it is empty, NULL if the tag is missing. `pairs` are all tags, `keys` their names.
CREATE OR REPLACE MACRO value_of(keys, pairs, name) AS substr(pairs[list_position(keys, name)], length(name) + 2);
-- Empty and missing tags are both NULL.
CREATE OR REPLACE MACRO tag(keys, pairs, name) AS nullif(value_of(keys, pairs, name), '');
CREATE OR REPLACE MACRO flag(keys, pairs, name) AS coalesce(pairs[list_position(keys, name)] = name || '=1', false);
-- A plausible count: only digits, at most a trillion so that sums cannot overflow. Otherwise NULL.
CREATE OR REPLACE MACRO bounded(n) AS CASE WHEN n BETWEEN 0 AND 1000000000000 THEN n END;
CREATE OR REPLACE MACRO count_of(v) AS CASE WHEN regexp_full_match(v, '[0-9]{1,18}') THEN bounded(TRY_CAST(v AS BIGINT)) END;
CREATE OR REPLACE MACRO hour_of(t) AS epoch_ms(t) // 3600000;
-- A plausible time: at most a week before the append time and at most an hour after it.
CREATE OR REPLACE MACRO plausible(t, appended_at) AS
  CASE WHEN t BETWEEN appended_at - INTERVAL 7 DAY AND appended_at + INTERVAL 1 HOUR THEN t END;

-- One line, parsed into tags, prefix, command, channel and message: the last parameter after the channel. Parts are separated by one or more
-- spaces. activities/irc/line-kind.ts parses the same head of a line; a test keeps both equal.
-- Of a repeated tag the last value counts (IRCv3 message tags). So the pairs are reversed, and a search finds the last one first.
CREATE OR REPLACE TEMP VIEW cut_lines AS
WITH without_tags AS (
  SELECT *,
    split_part(line, ' ', 1) AS first_part,
    starts_with(line, '@') AND first_part <> line AS tagged,
    CASE WHEN tagged THEN substr(first_part, 2) ELSE '' END AS tags,
    ltrim(CASE WHEN tagged THEN substr(line, length(first_part) + 2) ELSE line END, ' ') AS after_tags
  FROM red_chat
),
without_prefix AS (
  SELECT *,
    split_part(after_tags, ' ', 1) AS second_part,
    starts_with(after_tags, ':') AND second_part <> after_tags AS prefixed,
    CASE WHEN prefixed THEN substr(second_part, 2) ELSE '' END AS prefix,
    CASE WHEN prefixed THEN ltrim(substr(after_tags, length(second_part) + 2), ' ') ELSE after_tags END AS body
  FROM without_tags
),
without_command AS (
  SELECT *,
    split_part(body, ' ', 1) AS command,
    ltrim(substr(body, length(command) + 2), ' ') AS parameters,
    split_part(parameters, ' ', 1) AS first_word,
    CASE WHEN starts_with(first_word, ':') THEN substr(first_word, 2) ELSE first_word END AS first_parameter,
    CASE WHEN starts_with(first_word, ':') THEN '' ELSE ltrim(substr(parameters, length(first_word) + 2), ' ') END AS more
  FROM without_prefix
)
SELECT
  filename, kafka_topic, kafka_partition, kafka_offset, appended_at, received_at, collector, key, line, command,
  -- `nick!user@host` or `user@host`. A plain name with a dot is a server.
  split_part(split_part(prefix, '!', 1), '@', 1) AS nick,
  CASE WHEN nick <> '' AND NOT (nick = prefix AND contains(nick, '.')) THEN nick END AS prefix_login,
  nullif(CASE WHEN starts_with(first_parameter, '#') THEN substr(first_parameter, 2) ELSE first_parameter END, '') AS channel_login,
  CASE WHEN more = '' THEN NULL WHEN starts_with(more, ':') THEN substr(more, 2)
    WHEN contains(more, ' :') THEN substr(more, strpos(more, ' :') + 2) ELSE split_part(rtrim(more, ' '), ' ', -1) END AS message,
  list_reverse(string_split(tags, ';')) AS escaped_pairs,
  CASE WHEN contains(tags, '\') THEN list_transform(escaped_pairs, lambda pair: unescape_value(pair)) ELSE escaped_pairs END AS pairs,
  list_transform(pairs, lambda pair: split_part(pair, '=', 1)) AS keys
FROM without_command;

-- The event time is Twitch's time if plausible, otherwise the arrival time if plausible, otherwise the append time.
-- Plausibility is relative to the append time, because all copies of a line use the broker's clock. The clock of one collector may be wrong,
-- which would put copies of a line into different hours. A record without an arrival time, which no collector sent, uses its append time.
CREATE OR REPLACE TEMP VIEW timed_lines AS
SELECT *,
  coalesce(tag(keys, pairs, 'id'), concat(kafka_topic, '-', kafka_partition, '-', kafka_offset)) AS id,
  coalesce(tag(keys, pairs, 'room-id'), key) AS channel_id,
  coalesce(received_at, appended_at) AS arrived_at,
  TRY_CAST(tag(keys, pairs, 'tmi-sent-ts') AS BIGINT) AS claimed_ms,
  CASE WHEN claimed_ms BETWEEN 0 AND 253402300799000 THEN make_timestamptz(claimed_ms * 1000) END AS claimed_at,
  plausible(claimed_at, appended_at) AS sent_at,
  coalesce(sent_at, plausible(received_at, appended_at), appended_at) AS event_at
FROM cut_lines;

-- Typed coverage records. The kind is NULL if the record is not JSON or is longer than 64 KiB (ours have about 200 bytes; a few records of a
-- million bytes each would exceed the memory). An implausible time, as for sent_at, is replaced by the append time, so a wrong clock cannot
-- hide a loss. A tally gets NULL instead, because its time identifies its window.
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
    bounded(TRY_CAST(record ->> 'received' AS BIGINT)) AS received,
    bounded(TRY_CAST(record ->> 'acknowledged' AS BIGINT)) AS acknowledged,
    appended_at, kafka_partition, kafka_offset
  FROM parsed
)
SELECT * EXCLUDE (claimed_at),
  coalesce(plausible(claimed_at, appended_at), CASE WHEN kind IN ('join', 'loss', 'end') THEN appended_at END) AS happened_at
FROM typed;
