-- Cuts the lines of red into tags, prefix, command, channel and message. DuckDB's dialect. Runs after the macros of sql-text.ts, and before
-- times.sql.
--
-- Input:  the view red_chat, with the columns of red and filename.
-- Output: the views cut_usual_lines and cut_odd_lines, which together have each line once, and macros for times.sql and tables.sql.

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
-- Nearly all lines are a PRIVMSG as Twitch sends it: the tags of activities/yellow/usual-tags.ts in their order, a prefix, one channel and a
-- message. Such a usual line is cut at fixed places, which costs a fraction of the general way. Every tag of it is accounted for, so a tag that
-- the list does not have is missing. All other lines are odd lines and go the general way, which also reads usual lines; a test holds both equal.
--
-- ' :' comes before the prefix and before the message: no tag, prefix or channel has a space.
CREATE OR REPLACE TEMP VIEW split_lines AS
SELECT *, string_split(parts[1], ';') AS tag_list, string_split(parts[2], ' ') AS words
FROM (SELECT *, string_split(line, ' :') AS parts FROM red_chat);

-- A usual line may lack client-nonce, emote-only, the tags of a reply, and vip. `nonce_shift` and `emote_shift` tell by how many places the tags
-- after client-nonce and after emote-only are moved, `last_place` is the place of user-type.
CREATE OR REPLACE TEMP VIEW placed_lines AS
SELECT *, last_place - 16 - emote_shift AS reply_tags
FROM (
  SELECT *, nonce_shift + starts_with(tag_list[5 + nonce_shift], 'emote-only=')::INTEGER AS emote_shift,
    len(tag_list) - starts_with(tag_list[-1], 'vip=')::INTEGER AS last_place
  FROM (SELECT *, starts_with(tag_list[3], 'client-nonce=')::INTEGER AS nonce_shift FROM split_lines));

-- Escapes are usual only in the text that a reply quotes.
CREATE OR REPLACE TEMP VIEW shaped_lines AS
SELECT *, coalesce(
  len(parts) >= 3 AND len(words) = 3 AND words[2] = 'PRIVMSG' AND starts_with(words[3], '#') AND NOT contains(parts[1], ' ')
    AND has_usual_tags(tag_list, nonce_shift, emote_shift, last_place, reply_tags)
    AND NOT contains(CASE WHEN reply_tags > 0 THEN replace(parts[1], tag_list[11 + emote_shift], '') ELSE parts[1] END, '\'), false) AS is_usual
FROM placed_lines;

CREATE OR REPLACE TEMP TABLE odd_lines AS
SELECT filename, kafka_topic, kafka_partition, kafka_offset, appended_at, received_at, collector, key, line FROM shaped_lines WHERE NOT is_usual;

-- All other lines. They are not tested again: that would cost as much as cutting them.
CREATE OR REPLACE TEMP VIEW cut_usual_lines AS
SELECT
  filename, kafka_topic, kafka_partition, kafka_offset, appended_at, received_at, collector, key, NULL::VARCHAR AS line, 'PRIVMSG' AS command, words[1] AS prefix,
  substr(words[3], 2) AS channel, CASE WHEN len(parts) = 3 THEN parts[3] ELSE array_to_string(parts[3:], ' :') END AS message,
  tag_list, nonce_shift, emote_shift, last_place, reply_tags
FROM placed_lines ANTI JOIN odd_lines USING (filename, kafka_offset);

-- One line, parsed into tags, prefix, command, channel and message: the last parameter after the channel. Parts are separated by one or more
-- spaces. activities/irc/line-kind.ts parses the same head of a line; a test keeps both equal.
-- Of a repeated tag the last value counts (IRCv3 message tags). So the pairs are reversed, and a search finds the last one first.
CREATE OR REPLACE TEMP VIEW cut_odd_lines AS
WITH without_tags AS (
  SELECT *,
    split_part(line, ' ', 1) AS first_part,
    starts_with(line, '@') AND first_part <> line AS tagged,
    CASE WHEN tagged THEN substr(first_part, 2) ELSE '' END AS tags,
    ltrim(CASE WHEN tagged THEN substr(line, length(first_part) + 2) ELSE line END, ' ') AS after_tags
  FROM odd_lines
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
  filename, kafka_topic, kafka_partition, kafka_offset, appended_at, received_at, collector, key, line, command, prefix,
  CASE WHEN starts_with(first_parameter, '#') THEN substr(first_parameter, 2) ELSE first_parameter END AS channel,
  CASE WHEN more = '' THEN NULL WHEN starts_with(more, ':') THEN substr(more, 2)
    WHEN contains(more, ' :') THEN substr(more, strpos(more, ' :') + 2) ELSE split_part(rtrim(more, ' '), ' ', -1) END AS message,
  list_reverse(string_split(tags, ';')) AS escaped_pairs,
  CASE WHEN contains(tags, '\') THEN list_transform(escaped_pairs, lambda pair: unescape_value(pair)) ELSE escaped_pairs END AS pairs,
  list_transform(pairs, lambda pair: split_part(pair, '=', 1)) AS keys
FROM without_command;
