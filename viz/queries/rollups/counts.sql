-- Messages in red and yellow by the ten seconds in which they arrived. Those of one window can lie in several hours.
SELECT
  hour, known(collector) AS collector, window_start, coalesce(counted(red_messages), 0) AS red_messages,
  coalesce(counted(yellow_messages), 0) AS yellow_messages, coalesce(counted(erased_messages), 0) AS erased_messages
FROM tallies WHERE isfinite(window_start)
