-- Makes the tables of one hour but chat and tallies. Runs after chat.sql.
--
-- Input:  the view other_lines (parsed_other_lines of all tiles of the hour); records of times.sql; red_streams (the polls of this hour); the
--         variable event_hour.
-- Output: the tables events, moderation, quarantine, streams and coverage: typed, one row per id, times in UTC. Columns and types do not depend
--         on the input; docs/tables.md documents them.
-- A pure function: the same tiles give the same rows.

CREATE OR REPLACE TEMP VIEW rare_lines AS
SELECT * REPLACE (arrived_at AS received_at) FROM other_lines WHERE hour_of(event_at) = getvariable('event_hour') AND NOT is_erased(line);

-- A notice copied from another room has the kind `sharedchatnotice`, and its own kind in source_kind. The emote positions of a `/me` in a notice
-- count the word ACTION, but not the U+0001 before it (twitchdev/issues#175).
CREATE OR REPLACE TEMP TABLE events AS
SELECT
  id AS event_id, channel_id, channel_login, tag(keys, pairs, 'msg-id') AS kind,
  tag_user_id AS user_id, coalesce(tag(keys, pairs, 'login'), prefix_login) AS user_login,
  coalesce(nullif(trim(tag_display_name), ''), user_login) AS display_name,
  tag(keys, pairs, 'system-msg') AS system_text, nullif(spoken(message), '') AS text, has_action(message) AS is_action,
  sent_at, received_at, appended_at,
  tag_badges AS badges, badges_in(badges) AS badge_list,
  tag_badge_info AS badge_info, months_in(badge_info) AS months_subscribed,
  tag_color AS color, tag_emotes AS emotes, emotes_in(emotes, ltrim(coalesce(message, ''), chr(1))) AS emote_list,
  tag_flags AS flags,
  is_set(tag_subscriber) AS is_subscriber, is_set(tag_mod) AS is_moderator, has_vip(has_vip_tag, badges) AS is_vip,
  is_set(tag_turbo) AS is_turbo, tag_user_type AS user_type,
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
  json_of(keys, pairs, coalesce(list_filter(more_names, lambda name: starts_with(name, 'msg-param-')), [])) AS details,
  map_of(keys, pairs, list_filter(more_names, lambda name: NOT starts_with(name, 'msg-param-'))) AS other_tags,
  collector, kafka_partition, kafka_offset
FROM (SELECT *, others(keys, TRY_CAST(keys AS event_tag[])) AS more_names FROM rare_lines WHERE table_of(command) = 'events')
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY appended_at, kafka_partition, kafka_offset) = 1;

-- Copies of a deletion are certain to share only the id of the deleted message; the time may be missing. Bans have no id: those with the same
-- content and the same time of Twitch are copies. Without a time, a repeat within ten seconds is a copy.
CREATE OR REPLACE TEMP TABLE moderation AS
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
    map_of(keys, pairs, others(keys, TRY_CAST(keys AS moderation_tag[]))) AS other_tags,
    collector, kafka_partition, kafka_offset, message
  FROM rare_lines WHERE table_of(command) = 'moderation'
)
SELECT * EXCLUDE (message) FROM actions
WINDOW same_words AS (
  PARTITION BY kind, coalesce(channel_login, channel_id), target_user_id, target_user_login, duration_seconds, message, sent_at
  ORDER BY actions.appended_at, kafka_partition, kafka_offset)
QUALIFY CASE
  WHEN target_message_id IS NOT NULL THEN row_number() OVER (
    PARTITION BY kind, target_message_id ORDER BY actions.appended_at, kafka_partition, kafka_offset) = 1
  WHEN sent_at IS NOT NULL THEN row_number() OVER same_words = 1
  ELSE coalesce(appended_at - lag(appended_at) OVER same_words > INTERVAL 10 SECOND, true) END;

-- Lines that no one knows how to read, as they are in red.
CREATE OR REPLACE TEMP TABLE quarantine AS
SELECT
  CASE WHEN line IS NULL THEN 'no line' WHEN command = '' THEN 'no command' ELSE 'unknown command' END AS reason,
  kafka_topic, kafka_partition, kafka_offset, appended_at, received_at, collector, key, line
FROM other_lines WHERE table_of(command) = 'quarantine' AND hour_of(event_at) = getvariable('event_hour') AND NOT is_erased(line);

-- Any field of Helix except id, user and type may be missing or empty (then NULL), and numbers may be implausible.
CREATE OR REPLACE TEMP TABLE streams AS
SELECT
  polled_at, id AS stream_id, user_id AS channel_id, nullif(user_login, '') AS channel_login,
  coalesce(nullif(trim(user_name), ''), channel_login) AS channel_name,
  game_id, game_name, title, bounded(TRY_CAST(red_streams.viewer_count AS BIGINT)) AS viewer_count, language,
  CASE WHEN TRY_CAST(red_streams.started_at AS TIMESTAMPTZ) BETWEEN TIMESTAMPTZ '2000-01-01 00:00:00+00' AND polled_at + INTERVAL 1 DAY
    THEN TRY_CAST(red_streams.started_at AS TIMESTAMPTZ) END AS started_at,
  TRY_CAST(red_streams.tags AS VARCHAR[]) AS tags, TRY_CAST(red_streams.is_mature AS BOOLEAN) AS is_mature
FROM red_streams
QUALIFY row_number() OVER (
  PARTITION BY polled_at, id ORDER BY bounded(TRY_CAST(red_streams.viewer_count AS BIGINT)) DESC NULLS LAST, raw) = 1;

-- A repeated tally has a higher count than before, so the record with the highest count is kept.
CREATE OR REPLACE TEMP TABLE coverage AS
SELECT kind, collector, happened_at, channel_id, channel_login, reason, account, filled_until, received, acknowledged, appended_at
FROM records
WHERE hour_of(happened_at) = getvariable('event_hour')
QUALIFY row_number() OVER (
  PARTITION BY kind, collector, happened_at, channel_id ORDER BY received DESC NULLS LAST, records.appended_at, kafka_partition, kafka_offset) = 1;
