-- The rows of chat that have a time, with what the other views ask. `person` is the user id, or the login if Twitch sent none.
CREATE OR REPLACE TEMP VIEW messages AS
SELECT
  hour, coalesce(visible(channel_id), visible(channel_login), '–') AS channel, visible(channel_login) AS login, message_id,
  coalesce(finite(sent_at), received_at) AS said_at, received_at, appended_at, user_id, user_login, display_name,
  coalesce(visible(user_id), visible(user_login)) AS person, text, emote_list, coalesce(is_first_message, false) AS is_first_message,
  coalesce(is_returning_chatter, false) AS is_returning_chatter, is_subscriber, coalesce(is_shared_copy, false) AS is_copy,
  of_bot(user_login, badges) AS is_bot
FROM chat WHERE isfinite(received_at);

-- Messages of which words may be shown: without those of bots, copies by shared chat, commands, deleted messages, and what a user has said in
-- the day before a time-out or ban, which Twitch hides, too. `speaker` tells one person from another.
CREATE OR REPLACE TEMP VIEW shown AS
SELECT * EXCLUDE (plain, searched), words_of(searched) AS words, script_of(plain) AS script
FROM (
  SELECT *, short_laughter(without_links(lower(plain))) AS searched
  FROM (
    SELECT
      hour, channel, said_at, hash(person) AS speaker,
      CASE WHEN emote_list IS NOT NULL THEN list_distinct([it.text FOR it IN emote_list IF it.text IS NOT NULL]) END AS emotes,
      CASE WHEN emote_list IS NULL THEN text[:500]
      ELSE list_reduce([it.text FOR it IN emote_list IF it.text IS NOT NULL], lambda rest, emote: replace(rest, emote, ' '), text[:500]) END AS plain
    FROM messages
    WHERE NOT is_copy AND NOT is_bot AND person IS NOT NULL AND NOT starts_with(text, '!')
      AND NOT EXISTS (
        FROM hidden
        WHERE hidden.message_id IS NULL AND hidden.channel = messages.channel AND hidden.user_id = messages.user_id
          AND hidden_at >= said_at AND hidden_at < said_at + INTERVAL 1 DAY
      )
      AND NOT EXISTS (FROM hidden WHERE hidden.message_id = messages.message_id)
  )
);
