-- The key figures of each chosen broadcast. A chatter counts if the first or the last message of the hour lies in the broadcast: that is wrong only for who
-- wrote before and after a broadcast that is within one hour.
WITH shown_as AS (
  SELECT
    stream_id, arg_max(login, polled_at) AS login, arg_max(title, polled_at) AS title, arg_max(language, polled_at) AS language,
    max(viewers)::DOUBLE AS "peakViewers", round(avg(viewers))::DOUBLE AS "averageViewers", median(viewers)::DOUBLE AS "medianViewers"
  FROM chosen_polls GROUP BY stream_id
),
people AS (
  SELECT stream_id, count(DISTINCT person)::DOUBLE AS chatters
  FROM chatters JOIN chosen_hours USING (channel, hour) WHERE last_at >= from_at AND first_at < until_at GROUP BY stream_id
),
said AS (SELECT stream_id, sum(messages)::DOUBLE AS messages FROM chosen_counts GROUP BY stream_id)
SELECT
  stream_id AS "streamId", channel AS "channelId", coalesce(name, channel) AS name, shown_as.* EXCLUDE (stream_id), coalesce(chatters, 0) AS chatters,
  strftime(began_at, '%Y-%m-%dT%H:%M:%SZ') AS "beganAt", strftime(ended_at, '%Y-%m-%dT%H:%M:%SZ') AS "endedAt",
  strftime(last_polled_at, '%Y-%m-%dT%H:%M:%SZ') AS "lastPolledAt", is_live AS "isLive", coalesce(messages, 0) AS messages,
  stream_id IN (SELECT stream_id FROM chosen_records WHERE kind IN ('join', 'loss', 'end')) AS "hasRecords"
FROM chosen LEFT JOIN channel_names USING (channel) LEFT JOIN shown_as USING (stream_id) LEFT JOIN people USING (stream_id) LEFT JOIN said USING (stream_id)
