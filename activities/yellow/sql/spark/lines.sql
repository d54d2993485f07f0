-- Cuts the lines of red into tags, prefix, command, channel and message. Spark's dialect of ../lines.sql, in the same order and with the same
-- names, without its fast way for usual lines; a test holds both equal. Runs after table_of of spark-text.ts, and before times.sql.
--
-- Input:  the views own_chat (the tiles whose append hour is this hour) and other_chat, with the columns of red.
-- Output: the view cut_lines, and functions for times.sql and tables.sql.
-- r'…' has no escapes. A SQL function cannot be called inside a lambda, so bodies are repeated there.

-- The value of a tag: '' if it is empty, NULL if the tag is missing. `pairs` are all tags, `keys` their names.
CREATE OR REPLACE MACRO value_of(keys, pairs, name) AS substr(get(pairs, CAST(array_position(keys, name) AS INT) - 1), length(name) + 2);
-- Empty and missing tags are both NULL.
CREATE OR REPLACE MACRO tag(keys, pairs, name) AS nullif(substr(get(pairs, CAST(array_position(keys, name) AS INT) - 1), length(name) + 2), '');
CREATE OR REPLACE MACRO flag(keys, pairs, name) AS coalesce(get(pairs, CAST(array_position(keys, name) AS INT) - 1) = concat(name, '=1'), false);
-- A plausible count: only digits, at most a trillion so that sums cannot overflow. Otherwise NULL.
CREATE OR REPLACE MACRO bounded(n) AS CASE WHEN n BETWEEN 0 AND 1000000000000 THEN n END;
CREATE OR REPLACE MACRO count_of(v) AS CASE WHEN v RLIKE r'\A[0-9]{1,18}\z' THEN bounded(try_cast(v AS BIGINT)) END;

CREATE OR REPLACE TEMPORARY VIEW red_chat AS SELECT *, true AS is_own FROM own_chat UNION ALL SELECT *, false FROM other_chat;

-- One line, parsed into tags, prefix, command, channel and message: the last parameter after the channel. Parts are separated by one or more
-- spaces. activities/irc/line-kind.ts parses the same head of a line; a test keeps both equal.
-- Of a repeated tag the last value counts (IRCv3 message tags). So the pairs are reversed, and a search finds the last one first.
CREATE OR REPLACE TEMPORARY VIEW cut_lines AS
WITH without_tags AS (
  SELECT *,
    split_part(line, ' ', 1) AS first_part,
    startswith(line, '@') AND first_part <> line AS tagged,
    CASE WHEN tagged THEN substr(first_part, 2) ELSE '' END AS tags,
    ltrim(CASE WHEN tagged THEN substr(line, length(first_part) + 2) ELSE line END) AS after_tags
  FROM red_chat
),
without_prefix AS (
  SELECT *,
    split_part(after_tags, ' ', 1) AS second_part,
    startswith(after_tags, ':') AND second_part <> after_tags AS prefixed,
    CASE WHEN prefixed THEN substr(second_part, 2) ELSE '' END AS prefix,
    CASE WHEN prefixed THEN ltrim(substr(after_tags, length(second_part) + 2)) ELSE after_tags END AS body
  FROM without_tags
),
without_command AS (
  SELECT *,
    split_part(body, ' ', 1) AS command,
    ltrim(substr(body, length(command) + 2)) AS parameters,
    split_part(parameters, ' ', 1) AS first_word,
    CASE WHEN startswith(first_word, ':') THEN substr(first_word, 2) ELSE first_word END AS first_parameter,
    CASE WHEN startswith(first_word, ':') THEN '' ELSE ltrim(substr(parameters, length(first_word) + 2)) END AS more
  FROM without_prefix
)
SELECT
  is_own, kafka_topic, kafka_partition, kafka_offset, appended_at, received_at, collector, key, line, command, prefix,
  CASE WHEN startswith(first_parameter, '#') THEN substr(first_parameter, 2) ELSE first_parameter END AS channel,
  CASE WHEN more = '' THEN NULL WHEN startswith(more, ':') THEN substr(more, 2)
    WHEN contains(more, ' :') THEN substr(more, instr(more, ' :') + 2) ELSE split_part(rtrim(more), ' ', -1) END AS message,
  reverse(split(tags, ';')) AS escaped_pairs,
  -- Escapes in tag values: \s is a space, \: a semicolon, \\ a backslash, \r and \n line ends. A backslash before any other character, or at
  -- the end, is dropped (IRCv3 message tags). Escapes are read from the left, so the value is split at \\ first. Tag names have no escapes.
  CASE WHEN contains(tags, r'\') THEN transform(escaped_pairs, pair -> concat(split_part(pair, '=', 1),
    array_join(transform(split(substr(pair, length(split_part(pair, '=', 1)) + 1), r'\\\\'), part ->
      replace(replace(replace(replace(replace(part, r'\s', ' '), r'\:', ';'), r'\r', char(13)), r'\n', char(10)), r'\', '')), r'\')))
    ELSE escaped_pairs END AS pairs,
  transform(pairs, pair -> split_part(pair, '=', 1)) AS keys
FROM without_command;
