-- The key figures of a channel in the last thirty days, and of its last two weeks. It asks rollups that have only the channel, the table `broadcasts`,
-- and the variables `page_from` and `page_to`.
WITH newest AS (SELECT max(hour) AS hour, min(hour) AS first_hour FROM (SELECT hour FROM channel_hours UNION ALL SELECT hour FROM poll_totals)),
periods AS (
  SELECT unnest([
    {'period': 'all', 'from_at': getvariable('page_from'), 'to_at': getvariable('page_to')},
    {'period': 'this', 'from_at': ended_at - INTERVAL 7 DAY, 'to_at': ended_at},
    {'period': 'last', 'from_at': ended_at - INTERVAL 14 DAY, 'to_at': ended_at - INTERVAL 7 DAY}
  ], recursive := true)
  FROM (SELECT to_timestamp(epoch(strptime(hour, '%Y-%m-%dT%H')) + 3600) AS ended_at FROM newest)
),
spans AS (
  SELECT period, strftime(from_at, '%Y-%m-%dT%H') AS first_hour, strftime(to_at, '%Y-%m-%dT%H') AS end_hour, from_at, to_at FROM periods
),
-- A broadcast ends at the latest when the next one begins.
live AS (SELECT began_at, least(ended_at, coalesce(lead(began_at) OVER (ORDER BY began_at, stream_id), 'infinity')) AS ended_at FROM broadcasts),
hours_live AS (
  SELECT period, sum(greatest(epoch(least(ended_at, to_at)) - epoch(greatest(began_at, from_at)), 0)) / 3600 AS hours FROM live, spans GROUP BY period
),
talk AS (
  SELECT period, sum(messages) AS messages, sum(bot_messages) AS bot_messages, max(newest_at) AS newest_at
  FROM channel_hours JOIN spans ON hour >= first_hour AND hour < end_hour GROUP BY period
),
people AS (
  SELECT period, count(DISTINCT person) AS chatters FROM chatters JOIN spans ON hour >= first_hour AND hour < end_hour GROUP BY period
),
watched AS (
  SELECT period, max(viewers) AS peak, round(avg(viewers)) AS average FROM polls JOIN spans ON hour >= first_hour AND hour < end_hour GROUP BY period
)
SELECT
  period, coalesce((SELECT any_value(name) FROM channel_names), (SELECT arg_max(login, happened_at) FROM records WHERE kind <> 'tally')) AS name, (SELECT arg_max(title, polled_at) FROM polls) AS title,
  coalesce((SELECT bool_or(is_live) FROM broadcasts), false) AS "isLive", coalesce(messages, 0)::DOUBLE AS messages,
  coalesce(bot_messages, 0)::DOUBLE AS "botMessages", coalesce(chatters, 0)::DOUBLE AS chatters, peak::DOUBLE AS "peakViewers",
  average::DOUBLE AS "averageViewers", round(coalesce(hours, 0), 1)::DOUBLE AS "hoursLive",
  strftime(newest_at, '%Y-%m-%dT%H:%M:%SZ') AS "newestMessageAt",
  coalesce(newest.first_hour <= strftime(to_timestamp(epoch(strptime(newest.hour, '%Y-%m-%dT%H'))) - INTERVAL 13 DAY, '%Y-%m-%dT%H'), false) AS "hasLast"
FROM spans LEFT JOIN talk USING (period) LEFT JOIN people USING (period) LEFT JOIN watched USING (period) LEFT JOIN hours_live USING (period), newest
ORDER BY list_position(['all', 'this', 'last'], period)
