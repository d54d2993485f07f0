-- Red to yellow, for one hour of yellow; run after lines.sql.
--
-- In:  the views of lines.sql; red_streams (the polls of this hour); the variables event_hour (BIGINT, hours since 1970) and
--      red_hour_chat (the file names of the tiles of this very append hour).
-- Out: the tables chat, events, moderation, streams, coverage and tallies, typed, one row per id, times in UTC.
-- A pure function of its input: the same tiles give the same rows.

CREATE OR REPLACE TEMP TABLE lines AS
SELECT * EXCLUDE (pairs, claimed_ms, claimed_at, received_at), arrived_at AS received_at,
  coalesce(tag(keys, vals, 'id'), concat(kafka_topic, '-', kafka_partition, '-', kafka_offset)) AS id,
  coalesce(tag(keys, vals, 'room-id'), key) AS channel_id,
  row_number() OVER (PARTITION BY command, id ORDER BY appended_at, kafka_partition, kafka_offset) AS copy
FROM timed_lines
WHERE hour_of(event_at) = getvariable('event_hour')
  AND command IN ('PRIVMSG', 'USERNOTICE', 'CLEARCHAT', 'CLEARMSG');

CREATE OR REPLACE TEMP TABLE chat AS
SELECT
  id AS message_id, channel_id, target AS channel_login,
  tag(keys, vals, 'user-id') AS user_id, split_part(prefix, '!', 1) AS user_login, unescape(tag(keys, vals, 'display-name')) AS display_name,
  CASE WHEN starts_with(message, chr(1) || 'ACTION ') THEN rtrim(substr(message, 9), chr(1)) ELSE coalesce(message, '') END AS text,
  starts_with(coalesce(message, ''), chr(1) || 'ACTION ') AS is_action,
  sent_at, received_at, appended_at,
  tag(keys, vals, 'badges') AS badges, tag(keys, vals, 'color') AS color, tag(keys, vals, 'emotes') AS emotes,
  TRY_CAST(tag(keys, vals, 'bits') AS BIGINT) AS bits,
  flag(keys, vals, 'first-msg') AS is_first_message, flag(keys, vals, 'subscriber') AS is_subscriber, flag(keys, vals, 'mod') AS is_moderator,
  tag(keys, vals, 'reply-parent-msg-id') AS reply_to_message_id,
  tag(keys, vals, 'source-id') AS source_message_id, tag(keys, vals, 'source-room-id') AS source_channel_id,
  coalesce(source_channel_id <> channel_id, false) AS is_shared_copy,
  collector, kafka_partition, kafka_offset
FROM lines WHERE command = 'PRIVMSG' AND copy = 1;

CREATE OR REPLACE TEMP TABLE events AS
SELECT
  id AS event_id, channel_id, target AS channel_login, tag(keys, vals, 'msg-id') AS kind,
  tag(keys, vals, 'user-id') AS user_id, tag(keys, vals, 'login') AS user_login,
  unescape(tag(keys, vals, 'system-msg')) AS system_text, message AS text, sent_at, received_at, appended_at,
  concat('{', array_to_string(list_transform(
    list_filter(list_zip(keys, vals), lambda pair: starts_with(pair[1], 'msg-param-')),
    lambda pair: concat(to_json(pair[1]), ':', to_json(unescape(pair[2])))), ','), '}') AS details,
  collector, kafka_partition, kafka_offset
FROM lines WHERE command = 'USERNOTICE' AND copy = 1;

-- Moderation has no id of Twitch's: two listeners' copies of one ban are told apart by nothing but channel, target and time.
CREATE OR REPLACE TEMP TABLE moderation AS
SELECT
  CASE command WHEN 'CLEARMSG' THEN 'message deleted' ELSE CASE WHEN message IS NULL THEN 'chat cleared'
    WHEN tag(keys, vals, 'ban-duration') IS NULL THEN 'user banned' ELSE 'user timed out' END END AS kind,
  channel_id, target AS channel_login,
  tag(keys, vals, 'target-user-id') AS target_user_id,
  coalesce(tag(keys, vals, 'login'), CASE WHEN command = 'CLEARCHAT' THEN message END) AS target_user_login,
  tag(keys, vals, 'target-msg-id') AS target_message_id,
  TRY_CAST(tag(keys, vals, 'ban-duration') AS BIGINT) AS duration_seconds,
  sent_at, received_at, appended_at, collector, kafka_partition, kafka_offset
FROM lines WHERE command IN ('CLEARCHAT', 'CLEARMSG')
QUALIFY row_number() OVER (
  PARTITION BY command, channel_id, coalesce(sent_at, received_at), target_user_id, target_user_login, target_message_id
  ORDER BY lines.appended_at, kafka_partition, kafka_offset) = 1;

CREATE OR REPLACE TEMP TABLE streams AS
SELECT
  polled_at, id AS stream_id, user_id AS channel_id, user_login AS channel_login, user_name AS channel_name,
  game_id, game_name, title, viewer_count, language, TRY_CAST(started_at AS TIMESTAMPTZ) AS started_at, tags, is_mature
FROM red_streams
QUALIFY row_number() OVER (PARTITION BY polled_at, id ORDER BY viewer_count DESC) = 1;

-- A tally that was told again counts more messages than before: the record with the most of them holds.
CREATE OR REPLACE TEMP TABLE coverage AS
SELECT kind, collector, happened_at, channel_id, channel_login, reason, received, acknowledged, appended_at
FROM records
WHERE hour_of(happened_at) = getvariable('event_hour')
QUALIFY row_number() OVER (
  PARTITION BY kind, collector, happened_at, channel_id ORDER BY received DESC NULLS LAST, records.appended_at, kafka_partition, kafka_offset) = 1;

-- What the sums are made of: messages per collector and window of ten seconds of arrival, in red of this append hour and in yellow of
-- this event hour. The collector's own count of the same windows is in coverage, as rows of kind 'tally'.
CREATE OR REPLACE TEMP TABLE tallies AS
WITH red_counts AS (
  SELECT coalesce(collector, '') AS collector, epoch_ms(arrived_at) // 10000 AS window_number, count(*) AS red_messages
  FROM timed_lines WHERE command = 'PRIVMSG' AND list_contains(getvariable('red_hour_chat'), filename)
  GROUP BY ALL
),
yellow_counts AS (
  SELECT coalesce(collector, '') AS collector, epoch_ms(received_at) // 10000 AS window_number, count(*) AS yellow_messages
  FROM chat GROUP BY ALL
)
SELECT
  collector, make_timestamptz(window_number * 10000000) AS window_start,
  coalesce(red_messages, 0) AS red_messages, coalesce(yellow_messages, 0) AS yellow_messages
FROM red_counts FULL JOIN yellow_counts USING (collector, window_number);
