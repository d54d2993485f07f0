-- Messages of each channel in each ten seconds. Seconds without messages have no row.
SELECT hour, channel, time_bucket(INTERVAL 10 SECOND, said_at) AS began_at, count(*) AS messages
FROM messages GROUP BY ALL
