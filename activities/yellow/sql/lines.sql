-- Lines of red, cut into their parts and given a time. DuckDB's dialect; run after the macros table_of and may_be_rare, which are made from
-- the list of commands in activities/kafka/row-commands.ts, and before tables.sql.
--
-- In:  the views red_chat and red_coverage: columns of red and filename.
-- Out: the views cut_lines, timed_lines and records, and the macros used by tables.sql.

-- Tag values are escaped: \s is a space, \: a semicolon, \\ a backslash, \r and \n line ends; a backslash before anything else, or at the
-- end, is dropped (IRCv3 message tags). Escapes are read from the left, so \\ are taken first, and what is between them after that.
CREATE OR REPLACE MACRO unescape_between(v) AS
  replace(replace(replace(replace(replace(v, '\s', ' '), '\:', ';'), '\r', chr(13)), '\n', chr(10)), '\', '');
CREATE OR REPLACE MACRO unescape(v) AS
  CASE WHEN contains(v, '\') THEN array_to_string(list_transform(string_split(v, '\\'), lambda part: unescape_between(part)), '\') ELSE v END;
-- Names of tags have no escapes.
CREATE OR REPLACE MACRO unescape_value(pair) AS
  concat(split_part(pair, '=', 1), unescape(substr(pair, length(split_part(pair, '=', 1)) + 1)));
-- A tag's value, '' where it has none, NULL where the tag is missing; `pairs` are all tags, `keys` their names.
CREATE OR REPLACE MACRO value_of(keys, pairs, name) AS substr(pairs[list_position(keys, name)], length(name) + 2);
-- Empty and missing tags are both NULL.
CREATE OR REPLACE MACRO tag(keys, pairs, name) AS nullif(value_of(keys, pairs, name), '');
CREATE OR REPLACE MACRO flag(keys, pairs, name) AS coalesce(pairs[list_position(keys, name)] = name || '=1', false);
-- A count that can be: of digits alone and at most a trillion, so that no sum of them overflows. Else NULL.
CREATE OR REPLACE MACRO bounded(n) AS CASE WHEN n BETWEEN 0 AND 1000000000000 THEN n END;
CREATE OR REPLACE MACRO count_of(v) AS CASE WHEN regexp_full_match(v, '[0-9]{1,18}') THEN bounded(TRY_CAST(v AS BIGINT)) END;
CREATE OR REPLACE MACRO hour_of(t) AS epoch_ms(t) // 3600000;
-- A time that can be true is from a week before the append to an hour after it.
CREATE OR REPLACE MACRO plausible(t, appended_at) AS
  CASE WHEN t BETWEEN appended_at - INTERVAL 7 DAY AND appended_at + INTERVAL 1 HOUR THEN t END;

-- One line cut into tags, prefix, command, channel and message, which is the last parameter where there is more than the channel. Parts
-- are parted by one space or more. The same line head is read in activities/irc/line-kind.ts; a test holds the two equal.
-- A tag that comes twice has its last value (IRCv3 message tags): so the pairs stand in reverse, and a search finds the last one first.
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
  -- `nick!user@host`, or `user@host`; a name with a dot alone is a server's.
  split_part(split_part(prefix, '!', 1), '@', 1) AS nick,
  CASE WHEN nick <> '' AND NOT (nick = prefix AND contains(nick, '.')) THEN nick END AS prefix_login,
  nullif(CASE WHEN starts_with(first_parameter, '#') THEN substr(first_parameter, 2) ELSE first_parameter END, '') AS channel_login,
  CASE WHEN more = '' THEN NULL WHEN starts_with(more, ':') THEN substr(more, 2)
    WHEN contains(more, ' :') THEN substr(more, strpos(more, ' :') + 2) ELSE split_part(rtrim(more, ' '), ' ', -1) END AS message,
  list_reverse(string_split(tags, ';')) AS escaped_pairs,
  CASE WHEN contains(tags, '\') THEN list_transform(escaped_pairs, lambda pair: unescape_value(pair)) ELSE escaped_pairs END AS pairs,
  list_transform(pairs, lambda pair: split_part(pair, '=', 1)) AS keys
FROM without_command;

-- The event's time is Twitch's where it can be true, else the arrival's, else the append's.
-- It is the append time that judges, because all copies of a line share the broker's clock: a collector's own clock may be wrong, and a
-- copy of it would then go to another hour than its twin. A record that no collector of ours sent has no arrival of its own: its append time stands in.
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

-- Coverage records, typed. One that is no JSON has NULL for its kind; nor is one of more than 64 KiB looked into, where ours have some 200
-- bytes: a few of a million bytes each would take more memory than there is. A time that cannot be true, as of sent_at above, gives way to the
-- append time: no loss is hidden because a clock was wrong. A tally names a window and nothing else would do for it, so it has NULL then.
CREATE OR REPLACE TEMP VIEW records AS
WITH parsed AS (
  SELECT
    -- Half of a surrogate pair, which JSON may name but UTF-8 cannot hold, becomes U+FFFD.
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
