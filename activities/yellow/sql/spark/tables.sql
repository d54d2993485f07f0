-- Refines one hour from red to yellow. Spark's dialect of ../tables.sql, in the same order and with the same names; a test holds both equal.
-- Runs after times.sql.
--
-- Input:  the views of lines.sql and times.sql; red_streams (the polls of this hour); the variable event_hour (BIGINT, hours since 1970).
-- Output: the views chat, events, moderation, quarantine, streams and coverage: typed, one row per id, times in UTC.

-- `/me` wraps a text in U+0001ACTION … U+0001. The text may be empty, and the final U+0001 may be missing.
CREATE OR REPLACE MACRO has_action(message) AS coalesce(startswith(message, concat(char(1), 'ACTION ')) OR message IN (concat(char(1), 'ACTION'), concat(char(1), 'ACTION', char(1))), false);
CREATE OR REPLACE MACRO spoken(message) AS CASE WHEN has_action(message) THEN regexp_replace(substr(message, 9), r'\x01\z', '') ELSE message END;
-- Trims the spaces that DuckDB trims: those of Unicode's category Zs.
CREATE OR REPLACE MACRO trimmed(v) AS regexp_replace(v, r'\A\p{Zs}+|\p{Zs}+\z', '');

-- `subscriber/12,vip/1`.
CREATE OR REPLACE MACRO badges_in(badges) AS transform(filter(split(badges, ','), badge -> split_part(badge, '/', 1) <> ''), badge -> named_struct(
    'set', split_part(badge, '/', 1), 'version', CASE WHEN contains(badge, '/') THEN substr(badge, instr(badge, '/') + 1) END));
-- `subscriber/14`, or `founder/14` for the first subscribers of a channel.
CREATE OR REPLACE MACRO months_in(badge_info) AS count_of(nullif(regexp_extract(badge_info, r'(?:^|,)(?:subscriber|founder)/([0-9]+)', 1), ''));
CREATE OR REPLACE MACRO has_vip(keys, badges) AS coalesce(array_contains(keys, 'vip') OR contains(concat(',', badges), ',vip/'), false);

-- `25:0-4,12-16/1902:6-10`: positions count Unicode code points of the text, from 0, both ends included. Invalid ranges are dropped.
-- Twitch sends positions beyond the end of the text (twitchdev/issues#104): such an emote has no text. Nor has a range of more than 128 code
-- points, which is longer than any emote. A message of 500 characters has fewer than 500 emotes.
CREATE OR REPLACE MACRO emote_ranges(emotes) AS slice(filter(flatten(transform(split(emotes, '/'), emote -> transform(
    split(split_part(emote, ':', 2), ','), place -> named_struct('id', split_part(emote, ':', 1), 'place', place)))),
    it -> it.id <> '' AND it.place RLIKE r'\A[0-9]{1,5}-[0-9]{1,5}\z'), 1, 500);
CREATE OR REPLACE MACRO emotes_in(emotes, text) AS transform(
    filter(transform(emote_ranges(emotes), it -> named_struct(
      'id', it.id, 'begin', CAST(split_part(it.place, '-', 1) AS BIGINT), 'end', CAST(split_part(it.place, '-', 2) AS BIGINT))),
      it -> it.begin <= it.end),
    it -> named_struct('id', it.id, 'begin', it.begin, 'end', it.end,
      'text', CASE WHEN it.end < length(text) AND it.end - it.begin < 128
        THEN substr(text, CAST(it.begin + 1 AS INT), CAST(it.end - it.begin + 1 AS INT)) END));

-- The names of all other tags, each once, in the order of the line; NULL if there are none. `known` are the tags that become columns, by table.
-- client-nonce is left out: it is random and only useful to its sender. The last 4,096 names count: Twitch's 8 KiB of tags cannot have more.
CREATE OR REPLACE MACRO others(keys, known) AS nullif(reverse(array_distinct(slice(filter(keys, name -> NOT array_contains(known, name)), 1, 4096))), array());
CREATE OR REPLACE MACRO map_of(keys, pairs, names) AS CASE WHEN size(names) > 0 THEN map_from_arrays(names, transform(names, name ->
    substr(get(pairs, CAST(array_position(keys, name) AS INT) - 1), length(name) + 2))) END;

CREATE OR REPLACE TEMPORARY VIEW chat AS
SELECT
  id AS message_id, channel_id, channel_login,
  tag(keys, pairs, 'user-id') AS user_id, coalesce(prefix_login, tag(keys, pairs, 'login')) AS user_login,
  coalesce(nullif(trimmed(tag(keys, pairs, 'display-name')), ''), user_login) AS display_name,
  coalesce(spoken(message), '') AS text, has_action(message) AS is_action, tag(keys, pairs, 'msg-id') AS kind,
  sent_at, arrived_at AS received_at, appended_at,
  tag(keys, pairs, 'badges') AS badges, badges_in(badges) AS badge_list,
  tag(keys, pairs, 'badge-info') AS badge_info, months_in(badge_info) AS months_subscribed,
  tag(keys, pairs, 'color') AS color, tag(keys, pairs, 'emotes') AS emotes, emotes_in(emotes, text) AS emote_list,
  coalesce(tag(keys, pairs, 'gifs'), tag(keys, pairs, 'gif')) AS gifs, tag(keys, pairs, 'flags') AS flags,
  count_of(tag(keys, pairs, 'bits')) AS bits, tag(keys, pairs, 'custom-reward-id') AS reward_id,
  count_of(tag(keys, pairs, 'pinned-chat-paid-amount')) AS paid_amount,
  count_of(tag(keys, pairs, 'pinned-chat-paid-exponent')) AS paid_exponent,
  tag(keys, pairs, 'pinned-chat-paid-currency') AS paid_currency, tag(keys, pairs, 'pinned-chat-paid-level') AS paid_level,
  flag(keys, pairs, 'first-msg') AS is_first_message, flag(keys, pairs, 'returning-chatter') AS is_returning_chatter,
  flag(keys, pairs, 'subscriber') AS is_subscriber, flag(keys, pairs, 'mod') AS is_moderator, has_vip(keys, badges) AS is_vip,
  flag(keys, pairs, 'turbo') AS is_turbo, flag(keys, pairs, 'emote-only') AS is_emote_only, tag(keys, pairs, 'user-type') AS user_type,
  tag(keys, pairs, 'reply-parent-msg-id') AS reply_to_message_id, tag(keys, pairs, 'reply-parent-user-id') AS reply_to_user_id,
  tag(keys, pairs, 'reply-parent-user-login') AS reply_to_user_login, tag(keys, pairs, 'reply-parent-display-name') AS reply_to_display_name,
  tag(keys, pairs, 'reply-parent-msg-body') AS reply_to_text,
  tag(keys, pairs, 'reply-thread-parent-msg-id') AS thread_message_id, tag(keys, pairs, 'reply-thread-parent-user-login') AS thread_user_login,
  tag(keys, pairs, 'source-id') AS source_message_id, tag(keys, pairs, 'source-room-id') AS source_channel_id,
  tag(keys, pairs, 'source-badges') AS source_badges, tag(keys, pairs, 'source-badge-info') AS source_badge_info,
  coalesce(source_channel_id <> channel_id, false) AS is_shared_copy, flag(keys, pairs, 'source-only') AS is_source_only,
  map_of(keys, pairs, more_names) AS other_tags,
  collector, kafka_partition, kafka_offset
FROM (
  SELECT *, others(keys, array(
    'badge-info', 'badges', 'bits', 'client-nonce', 'color', 'custom-reward-id', 'display-name', 'emote-only', 'emotes', 'first-msg', 'flags',
    'gif', 'gifs', 'id', 'mod', 'msg-id', 'pinned-chat-paid-amount', 'pinned-chat-paid-currency', 'pinned-chat-paid-exponent',
    'pinned-chat-paid-level', 'reply-parent-display-name', 'reply-parent-msg-body', 'reply-parent-msg-id', 'reply-parent-user-id',
    'reply-parent-user-login', 'reply-thread-parent-msg-id', 'reply-thread-parent-user-login', 'returning-chatter', 'room-id',
    'source-badge-info', 'source-badges', 'source-id', 'source-only', 'source-room-id', 'subscriber', 'tmi-sent-ts', 'turbo', 'user-id',
    'user-type', 'vip', '')) AS more_names
  FROM timed_lines WHERE hour_of(event_at) = event_hour AND table_of(command) = 'chat' AND NOT is_erased
  -- Of the copies of a message, the one that Kafka had first is kept.
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY appended_at, kafka_partition, kafka_offset) = 1);

-- The lines that are not messages are few.
CREATE OR REPLACE TEMPORARY VIEW other_lines AS
SELECT * FROM timed_lines WHERE table_of(command) IS DISTINCT FROM 'chat' AND NOT is_erased;
CREATE OR REPLACE TEMPORARY VIEW rare_lines AS
SELECT * EXCEPT (received_at), arrived_at AS received_at FROM other_lines WHERE hour_of(event_at) = event_hour;

-- A notice copied from another room has the kind `sharedchatnotice`, and its own kind in source_kind. The emote positions of a `/me` in a notice
-- count the word ACTION, but not the U+0001 before it (twitchdev/issues#175).
CREATE OR REPLACE TEMPORARY VIEW events AS
SELECT
  id AS event_id, channel_id, channel_login, tag(keys, pairs, 'msg-id') AS kind,
  tag(keys, pairs, 'user-id') AS user_id, coalesce(tag(keys, pairs, 'login'), prefix_login) AS user_login,
  coalesce(nullif(trimmed(tag(keys, pairs, 'display-name')), ''), user_login) AS display_name,
  tag(keys, pairs, 'system-msg') AS system_text, nullif(spoken(message), '') AS text, has_action(message) AS is_action,
  sent_at, received_at, appended_at,
  tag(keys, pairs, 'badges') AS badges, badges_in(badges) AS badge_list,
  tag(keys, pairs, 'badge-info') AS badge_info, months_in(badge_info) AS months_subscribed,
  tag(keys, pairs, 'color') AS color, tag(keys, pairs, 'emotes') AS emotes,
  emotes_in(emotes, trim(LEADING char(1) FROM coalesce(message, ''))) AS emote_list,
  tag(keys, pairs, 'flags') AS flags,
  flag(keys, pairs, 'subscriber') AS is_subscriber, flag(keys, pairs, 'mod') AS is_moderator, has_vip(keys, badges) AS is_vip,
  flag(keys, pairs, 'turbo') AS is_turbo, tag(keys, pairs, 'user-type') AS user_type,
  tag(keys, pairs, 'msg-param-color') AS announcement_color,
  tag(keys, pairs, 'msg-param-sub-plan') AS sub_plan, count_of(tag(keys, pairs, 'msg-param-cumulative-months')) AS cumulative_months,
  count_of(tag(keys, pairs, 'msg-param-streak-months')) AS streak_months,
  count_of(tag(keys, pairs, 'msg-param-mass-gift-count')) AS gift_count, count_of(tag(keys, pairs, 'msg-param-gift-months')) AS gift_months,
  tag(keys, pairs, 'msg-param-recipient-id') AS recipient_user_id,
  tag(keys, pairs, 'msg-param-recipient-user-name') AS recipient_user_login,
  tag(keys, pairs, 'msg-param-recipient-display-name') AS recipient_display_name,
  count_of(tag(keys, pairs, 'msg-param-viewerCount')) AS raid_viewers,
  tag(keys, pairs, 'source-id') AS source_event_id, tag(keys, pairs, 'source-room-id') AS source_channel_id,
  tag(keys, pairs, 'source-msg-id') AS source_kind,
  tag(keys, pairs, 'source-badges') AS source_badges, tag(keys, pairs, 'source-badge-info') AS source_badge_info,
  coalesce(source_channel_id <> channel_id, false) AS is_shared_copy, flag(keys, pairs, 'source-only') AS is_source_only,
  coalesce(to_json(map_of(keys, pairs, param_names)), '{}') AS details, map_of(keys, pairs, tag_names) AS other_tags,
  collector, kafka_partition, kafka_offset
FROM (
  SELECT *, others(keys, array(
    'badge-info', 'badges', 'client-nonce', 'color', 'display-name', 'emotes', 'flags', 'id', 'login', 'mod', 'msg-id', 'room-id',
    'source-badge-info', 'source-badges', 'source-id', 'source-msg-id', 'source-only', 'source-room-id', 'subscriber', 'system-msg',
    'tmi-sent-ts', 'turbo', 'user-id', 'user-type', 'vip', '')) AS more_names,
    filter(more_names, name -> startswith(name, 'msg-param-')) AS param_names,
    filter(more_names, name -> NOT startswith(name, 'msg-param-')) AS tag_names
  FROM rare_lines WHERE table_of(command) = 'events'
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY appended_at, kafka_partition, kafka_offset) = 1);

-- Copies of a deletion are certain to share only the id of the deleted message; the time may be missing. Bans have no id: those with the same
-- content and the same time of Twitch are copies. Without a time, a repeat within ten seconds is a copy.
CREATE OR REPLACE TEMPORARY VIEW moderation AS
WITH actions AS (
  SELECT
    CASE WHEN command = 'CLEARMSG' THEN 'message deleted'
      WHEN coalesce(message, '') = '' AND tag(keys, pairs, 'target-user-id') IS NULL THEN 'chat cleared'
      WHEN tag(keys, pairs, 'ban-duration') IS NULL THEN 'user banned' ELSE 'user timed out' END AS kind,
    channel_id, channel_login,
    tag(keys, pairs, 'target-user-id') AS target_user_id,
    coalesce(tag(keys, pairs, 'login'), CASE WHEN command = 'CLEARCHAT' THEN nullif(message, '') END) AS target_user_login,
    tag(keys, pairs, 'target-msg-id') AS target_message_id,
    count_of(tag(keys, pairs, 'ban-duration')) AS duration_seconds,
    sent_at, received_at, appended_at,
    map_of(keys, pairs, more_names) AS other_tags,
    collector, kafka_partition, kafka_offset, message
  FROM (SELECT *, others(keys, array('ban-duration', 'id', 'login', 'room-id', 'target-msg-id', 'target-user-id', 'tmi-sent-ts', '')) AS more_names
    FROM rare_lines WHERE table_of(command) = 'moderation')
),
compared AS (
  SELECT *,
    row_number() OVER (PARTITION BY kind, target_message_id ORDER BY appended_at, kafka_partition, kafka_offset) AS same_target,
    row_number() OVER same_words AS same_moment,
    appended_at - lag(appended_at) OVER same_words AS since_last
  FROM actions
  WINDOW same_words AS (
    PARTITION BY kind, coalesce(channel_login, channel_id), target_user_id, target_user_login, duration_seconds, message, sent_at
    ORDER BY appended_at, kafka_partition, kafka_offset)
)
SELECT * EXCEPT (message, same_target, same_moment, since_last) FROM compared
WHERE CASE
  WHEN target_message_id IS NOT NULL THEN same_target = 1
  WHEN sent_at IS NOT NULL THEN same_moment = 1
  ELSE coalesce(since_last > INTERVAL '10' SECOND, true) END;

-- Lines that no one knows how to read, as they are in red.
CREATE OR REPLACE TEMPORARY VIEW quarantine AS
SELECT
  CASE WHEN line IS NULL THEN 'no line' WHEN command = '' THEN 'no command' ELSE 'unknown command' END AS reason,
  kafka_topic, kafka_partition, kafka_offset, appended_at, received_at, collector, key, line
FROM other_lines WHERE table_of(command) = 'quarantine' AND hour_of(event_at) = event_hour;

-- Any field of Helix except id, user and type may be missing or empty (then NULL), and numbers may be implausible.
CREATE OR REPLACE TEMPORARY VIEW streams AS
SELECT
  polled_at, id AS stream_id, user_id AS channel_id, nullif(user_login, '') AS channel_login,
  coalesce(nullif(trimmed(user_name), ''), nullif(user_login, '')) AS channel_name,
  game_id, game_name, title, bounded(viewer_count) AS viewer_count, language,
  CASE WHEN time_of(started_at) BETWEEN TIMESTAMP '2000-01-01 00:00:00+00' AND polled_at + INTERVAL '1' DAY THEN time_of(started_at) END AS started_at,
  tags, is_mature
FROM red_streams
QUALIFY row_number() OVER (PARTITION BY polled_at, id ORDER BY bounded(viewer_count) DESC NULLS LAST, raw NULLS LAST) = 1;

-- A repeated tally has a higher count than before, so the record with the highest count is kept.
CREATE OR REPLACE TEMPORARY VIEW coverage AS
SELECT kind, collector, happened_at, channel_id, channel_login, reason, account, filled_until, received, acknowledged, appended_at
FROM records
WHERE hour_of(happened_at) = event_hour
QUALIFY row_number() OVER (
  PARTITION BY kind, collector, happened_at, channel_id ORDER BY received DESC NULLS LAST, appended_at, kafka_partition, kafka_offset) = 1;
