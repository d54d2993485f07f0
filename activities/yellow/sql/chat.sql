-- Parses the lines of some tiles for one hour of yellow. Runs after lines.sql.
--
-- Input:  the views of lines.sql; the variable event_hour (BIGINT, hours since 1970).
-- Output: the views chat_copies (every copy of every message of the hour, with the columns of the table chat) and parsed_other_lines (all lines
--         that are not messages), and macros for tables.sql.

-- The tags that become columns, by table. client-nonce is left out: it is random and only useful to its sender.
CREATE OR REPLACE TYPE chat_tag AS ENUM (
  'badge-info', 'badges', 'bits', 'client-nonce', 'color', 'custom-reward-id', 'display-name', 'emote-only', 'emotes', 'first-msg', 'flags',
  'gif', 'gifs', 'id', 'mod', 'msg-id', 'pinned-chat-paid-amount', 'pinned-chat-paid-currency', 'pinned-chat-paid-exponent',
  'pinned-chat-paid-level', 'reply-parent-display-name', 'reply-parent-msg-body', 'reply-parent-msg-id', 'reply-parent-user-id',
  'reply-parent-user-login', 'reply-thread-parent-msg-id', 'reply-thread-parent-user-login', 'returning-chatter', 'room-id',
  'source-badge-info', 'source-badges', 'source-id', 'source-only', 'source-room-id', 'subscriber', 'tmi-sent-ts', 'turbo', 'user-id',
  'user-type', 'vip', '');
CREATE OR REPLACE TYPE event_tag AS ENUM (
  'badge-info', 'badges', 'client-nonce', 'color', 'display-name', 'emotes', 'flags', 'id', 'login', 'mod', 'msg-id', 'room-id',
  'source-badge-info', 'source-badges', 'source-id', 'source-msg-id', 'source-only', 'source-room-id', 'subscriber', 'system-msg',
  'tmi-sent-ts', 'turbo', 'user-id', 'user-type', 'vip', '');
CREATE OR REPLACE TYPE moderation_tag AS ENUM ('ban-duration', 'id', 'login', 'room-id', 'target-msg-id', 'target-user-id', 'tmi-sent-ts', '');

-- The names of all other tags, each once, in the order of the line; NULL if there are none. `known` has the names as enum values, which are NULL
-- for other tags. The last 4,096 names count: Twitch's 8 KiB of tags cannot have more, and the time grows quadratically. DuckDB evaluates a list
-- inside a lambda for each element, so the list is bound to a name first.
CREATE OR REPLACE MACRO once_each(names) AS list_transform([names[:4096]],
  lambda them: list_filter(them, lambda name, place: list_position(them, name) = place))[1];
CREATE OR REPLACE MACRO others(keys, known) AS CASE WHEN list_position(known, NULL) IS NOT NULL
  THEN list_reverse(once_each(list_transform(list_filter(list_zip(keys, known), lambda it: it[2] IS NULL), lambda it: it[1]))) END;
CREATE OR REPLACE MACRO values_of(keys, pairs, names) AS list_transform(names, lambda name: value_of(keys, pairs, name));
CREATE OR REPLACE MACRO map_of(keys, pairs, names) AS CASE WHEN len(names) > 0 THEN map(names, values_of(keys, pairs, names)) END;
CREATE OR REPLACE MACRO json_of(keys, pairs, names) AS concat('{', array_to_string(
  list_transform(names, lambda name: concat(to_json(name), ':', to_json(value_of(keys, pairs, name)))), ','), '}');

-- `/me` wraps a text in U+0001ACTION … U+0001. The text may be empty, and the final U+0001 may be missing.
CREATE OR REPLACE MACRO has_action(message) AS
  coalesce(starts_with(message, chr(1) || 'ACTION ') OR message IN (chr(1) || 'ACTION', chr(1) || 'ACTION' || chr(1)), false);
CREATE OR REPLACE MACRO spoken(message) AS
  CASE WHEN has_action(message) THEN regexp_replace(substr(message, 9), '\x01$', '') ELSE message END;

-- `subscriber/12,vip/1`.
CREATE OR REPLACE MACRO badges_in(badges) AS
  list_transform(list_filter(string_split(badges, ','), lambda badge: split_part(badge, '/', 1) <> ''), lambda badge: {
    'set': split_part(badge, '/', 1), 'version': CASE WHEN contains(badge, '/') THEN substr(badge, strpos(badge, '/') + 1) END });
-- `subscriber/14`, or `founder/14` for the first subscribers of a channel.
CREATE OR REPLACE MACRO months_in(badge_info) AS
  count_of(nullif(regexp_extract(badge_info, '(?:^|,)(?:subscriber|founder)/([0-9]+)', 1), ''));
CREATE OR REPLACE MACRO has_vip(has_tag, badges) AS coalesce(has_tag OR contains(',' || badges, ',vip/'), false);
CREATE OR REPLACE MACRO is_set(value) AS coalesce(value = '1', false);

-- `25:0-4,12-16/1902:6-10`: positions count Unicode code points of the text, from 0, both ends included. Invalid ranges are dropped.
-- Twitch sends positions beyond the end of the text (twitchdev/issues#104): such an emote has no text. Nor has a range of more than 128 code
-- points, which is longer than any emote. A message of 500 characters has fewer than 500 emotes.
CREATE OR REPLACE MACRO emote_ranges(emotes) AS
  list_filter(flatten(list_transform(string_split(emotes, '/'), lambda emote: list_transform(
    string_split(split_part(emote, ':', 2), ','), lambda place: { 'id': split_part(emote, ':', 1), 'place': place }))),
    lambda it: it.id <> '' AND regexp_full_match(it.place, '[0-9]{1,5}-[0-9]{1,5}'))[:500];
CREATE OR REPLACE MACRO emotes_in(emotes, text) AS
  list_transform(
    list_filter(list_transform(emote_ranges(emotes), lambda it: {
      'id': it.id, 'begin': CAST(split_part(it.place, '-', 1) AS BIGINT), 'end': CAST(split_part(it.place, '-', 2) AS BIGINT) }),
      lambda it: it.begin <= it.end),
    lambda it: { 'id': it.id, 'begin': it.begin, 'end': it.end,
      'text': CASE WHEN it.end < length(text) AND it.end - it.begin < 128 THEN substr(text, it.begin + 1, it.end - it.begin + 1) END });

-- A line of a user who opted out: activities/opt-out/redact-line.ts. It counts in the sums, and has no row.
CREATE OR REPLACE MACRO is_erased(line) AS coalesce(starts_with(line, '@chatlake-erased=1'), false);

-- Every copy of every message of the hour, in two steps: `sorted_chat_lines` is sorted, and `chat_copies` has the columns of the table chat. A row
-- takes memory for each column while it is sorted, so columns that few messages have are packed into a list, which is NULL for most rows, and
-- columns made of other columns come after it.
CREATE OR REPLACE TEMP VIEW sorted_chat_lines AS
SELECT
  id, channel_id, channel_login, tag_user_id, coalesce(prefix_login, tag(keys, pairs, 'login')) AS user_login, tag_display_name, message,
  sent_at, arrived_at, appended_at, tag_badges, tag_badge_info, tag_color, tag_emotes,
  is_set(tag_first_msg) AS is_first_message, is_set(tag_returning_chatter) AS is_returning_chatter,
  is_set(tag_subscriber) AS is_subscriber, is_set(tag_mod) AS is_moderator, has_vip(has_vip_tag, tag_badges) AS is_vip,
  is_set(tag_turbo) AS is_turbo, is_set(tag_emote_only) AS is_emote_only,
  CASE WHEN coalesce(tag_flags, tag_user_type, tag_reply_parent_msg_id, tag_reply_parent_user_id, tag_reply_parent_user_login,
    tag_reply_parent_display_name, tag_reply_parent_msg_body, tag_reply_thread_parent_msg_id, tag_reply_thread_parent_user_login) IS NOT NULL
    OR keys IS NOT NULL THEN [{
      'kind': tag(keys, pairs, 'msg-id'), 'gifs': coalesce(tag(keys, pairs, 'gifs'), tag(keys, pairs, 'gif')), 'flags': tag_flags,
      'bits': count_of(tag(keys, pairs, 'bits')), 'reward_id': tag(keys, pairs, 'custom-reward-id'),
      'paid_amount': count_of(tag(keys, pairs, 'pinned-chat-paid-amount')),
      'paid_exponent': count_of(tag(keys, pairs, 'pinned-chat-paid-exponent')),
      'paid_currency': tag(keys, pairs, 'pinned-chat-paid-currency'), 'paid_level': tag(keys, pairs, 'pinned-chat-paid-level'),
      'user_type': tag_user_type, 'reply_to_message_id': tag_reply_parent_msg_id, 'reply_to_user_id': tag_reply_parent_user_id,
      'reply_to_user_login': tag_reply_parent_user_login, 'reply_to_display_name': tag_reply_parent_display_name,
      'reply_to_text': tag_reply_parent_msg_body,
      'thread_message_id': tag_reply_thread_parent_msg_id, 'thread_user_login': tag_reply_thread_parent_user_login,
      'source_message_id': tag(keys, pairs, 'source-id'), 'source_channel_id': tag(keys, pairs, 'source-room-id'),
      'source_badges': tag(keys, pairs, 'source-badges'), 'source_badge_info': tag(keys, pairs, 'source-badge-info'),
      'is_source_only': flag(keys, pairs, 'source-only'), 'other_tags': map_of(keys, pairs, others(keys, TRY_CAST(keys AS chat_tag[]))) }] END AS more,
  collector, kafka_partition, kafka_offset
FROM timed_lines
WHERE hour_of(event_at) = getvariable('event_hour') AND table_of(command) = 'chat' AND NOT is_erased(line)
ORDER BY channel_id, coalesce(sent_at, arrived_at), kafka_partition, kafka_offset;

CREATE OR REPLACE TEMP VIEW chat_copies AS
SELECT
  id AS message_id, channel_id, channel_login, tag_user_id AS user_id, user_login,
  coalesce(nullif(trim(tag_display_name), ''), user_login) AS display_name,
  coalesce(spoken(message), '') AS text, has_action(message) AS is_action, more[1].kind AS kind,
  sent_at, arrived_at AS received_at, appended_at,
  tag_badges AS badges, badges_in(badges) AS badge_list, tag_badge_info AS badge_info, months_in(badge_info) AS months_subscribed,
  tag_color AS color, tag_emotes AS emotes, emotes_in(emotes, text) AS emote_list, more[1].gifs AS gifs, more[1].flags AS flags,
  more[1].bits AS bits, more[1].reward_id AS reward_id, more[1].paid_amount AS paid_amount, more[1].paid_exponent AS paid_exponent,
  more[1].paid_currency AS paid_currency, more[1].paid_level AS paid_level,
  is_first_message, is_returning_chatter, is_subscriber, is_moderator, is_vip, is_turbo, is_emote_only, more[1].user_type AS user_type,
  more[1].reply_to_message_id AS reply_to_message_id, more[1].reply_to_user_id AS reply_to_user_id,
  more[1].reply_to_user_login AS reply_to_user_login, more[1].reply_to_display_name AS reply_to_display_name, more[1].reply_to_text AS reply_to_text,
  more[1].thread_message_id AS thread_message_id, more[1].thread_user_login AS thread_user_login,
  more[1].source_message_id AS source_message_id, more[1].source_channel_id AS source_channel_id,
  more[1].source_badges AS source_badges, more[1].source_badge_info AS source_badge_info,
  coalesce(source_channel_id <> channel_id, false) AS is_shared_copy, coalesce(more[1].is_source_only, false) AS is_source_only,
  more[1].other_tags AS other_tags,
  collector, kafka_partition, kafka_offset
FROM sorted_chat_lines;

-- The lines that are not messages are few, and all of them are odd lines.
CREATE OR REPLACE TEMP VIEW parsed_other_lines AS
FROM timed_odd_lines WHERE table_of(command) IS DISTINCT FROM 'chat' OR is_erased(line);
