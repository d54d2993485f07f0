-- The key figures of the broadcast. A chatter counts if the first or the last message of the hour lies in the broadcast: that is wrong only for who wrote
-- before and after a broadcast that is within one hour.
WITH shown_as AS (
  SELECT
    arg_max(login, polled_at) AS login, arg_max(title, polled_at) AS title, arg_max(language, polled_at) AS language,
    max(viewers)::DOUBLE AS "peakViewers", round(avg(viewers))::DOUBLE AS "averageViewers", median(viewers)::DOUBLE AS "medianViewers"
  FROM polls
),
people AS (
  SELECT count(DISTINCT person)::DOUBLE AS chatters FROM chatters, broadcast WHERE last_at >= began_at AND first_at < ended_at
)
SELECT
  stream_id AS "streamId", channel AS "channelId", coalesce(channel_names.name, channel) AS name, shown_as.*, chatters,
  strftime(began_at, '%Y-%m-%dT%H:%M:%SZ') AS "beganAt", strftime(ended_at, '%Y-%m-%dT%H:%M:%SZ') AS "endedAt",
  strftime(last_polled_at, '%Y-%m-%dT%H:%M:%SZ') AS "lastPolledAt", is_live AS "isLive",
  (SELECT coalesce(sum(messages), 0)::DOUBLE FROM message_counts) AS messages,
  EXISTS (FROM records WHERE kind IN ('join', 'loss', 'end')) AS "hasRecords"
FROM broadcast LEFT JOIN channel_names USING (channel), shown_as, people
