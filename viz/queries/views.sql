-- Views for the other queries. They make one invalid value harmless: a text without visible characters or a number out of range becomes
-- NULL, a text is cut to 1,000 characters, and a row without a time is left out. A channel counts once per poll, with the highest viewer
-- count.
CREATE OR REPLACE TEMP MACRO visible(txt) AS CASE WHEN regexp_matches(txt[:1000], '[^\s\p{Z}\p{C}]') THEN txt[:1000] END;
CREATE OR REPLACE TEMP MACRO counted(n) AS CASE WHEN TRY_CAST(n AS BIGINT) BETWEEN 0 AND 9007199254740991 THEN TRY_CAST(n AS BIGINT) END;
CREATE OR REPLACE TEMP MACRO known(txt) AS coalesce(visible(txt), '–');

CREATE OR REPLACE TEMP VIEW polls AS
SELECT
  polled_at, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, max(counted(viewer_count)) AS viewers,
  arg_max(visible(channel_login), coalesce(counted(viewer_count), -1)) AS login,
  arg_max(visible(channel_name), coalesce(counted(viewer_count), -1)) AS name,
  arg_max(visible(game_name), coalesce(counted(viewer_count), -1)) AS category,
  arg_max(visible(title), coalesce(counted(viewer_count), -1)) AS title
FROM streams WHERE isfinite(polled_at) GROUP BY ALL;

-- The last time-out or ban of each user in each channel. As on Twitch, it hides what the user has said there before.
CREATE OR REPLACE TEMP VIEW purges AS
SELECT channel_id, target_user_id AS user_id, max(CASE WHEN isfinite(sent_at) THEN sent_at ELSE received_at END) AS purged_at
FROM moderation WHERE kind IN ('user banned', 'user timed out') AND isfinite(received_at)
GROUP BY ALL;

-- All columns of yellow/chat, plus `channel`, `login` and `said_at`. Without messages that moderators have hidden: deleted ones, and those of
-- users before their last time-out or ban. The sums of the page count them all: they come from tallies.
CREATE OR REPLACE TEMP VIEW messages AS
SELECT chat.*,
  coalesce(visible(channel_id), visible(channel_login), '–') AS channel, visible(channel_login) AS login,
  CASE WHEN isfinite(sent_at) THEN sent_at ELSE received_at END AS said_at
FROM chat LEFT JOIN purges USING (channel_id, user_id)
WHERE isfinite(received_at)
  AND NOT coalesce(CASE WHEN isfinite(chat.sent_at) THEN chat.sent_at ELSE chat.received_at END <= purged_at, false)
  AND NOT EXISTS (SELECT 1 FROM moderation AS gone WHERE gone.kind = 'message deleted' AND gone.target_message_id = chat.message_id);

-- The name that a channel has on the whole page, as Twitch writes it: 하늘 (haneul) if the name is not the login. And its place by messages,
-- which gives it its colour. A table, because every part of the page asks it.
CREATE OR REPLACE TEMP TABLE channel_names AS
WITH talk AS (
  SELECT channel, arg_max(login, received_at) AS login, count(*) AS messages FROM messages GROUP BY channel
),
shown AS (
  SELECT channel, arg_max(login, polled_at) AS login, arg_max(name, polled_at) AS name, max(viewers) AS viewers FROM polls GROUP BY channel
)
SELECT
  channel,
  CASE
    WHEN lower(trim(name)) <> lower(coalesce(shown.login, talk.login)) THEN concat(name, ' (', coalesce(shown.login, talk.login), ')')
    ELSE coalesce(name, shown.login, talk.login, channel)
  END AS name,
  (row_number() OVER (ORDER BY coalesce(messages, 0) DESC, coalesce(viewers, 0) DESC, channel))::DOUBLE AS place
FROM talk FULL JOIN shown USING (channel);

CREATE OR REPLACE TEMP VIEW records AS
SELECT
  known(kind) AS kind, known(collector) AS collector, happened_at, known(channel_login) AS login,
  coalesce(visible(channel_id), visible(channel_login), '–') AS channel, visible(reason) AS reason,
  coalesce(counted(received), 0) AS received, coalesce(counted(acknowledged), 0) AS acknowledged
FROM coverage WHERE isfinite(happened_at);

CREATE OR REPLACE TEMP VIEW counts AS
SELECT
  known(collector) AS collector, window_start,
  coalesce(counted(red_messages), 0) AS red_messages, coalesce(counted(yellow_messages), 0) AS yellow_messages,
  coalesce(counted(erased_messages), 0) AS erased_messages
FROM tallies WHERE isfinite(window_start);
