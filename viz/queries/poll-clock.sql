-- The newest poll of all, and the usual time from one poll to the next.
CREATE OR REPLACE TEMP TABLE poll_clock AS
WITH steps AS (SELECT polled_at, date_diff('second', lag(polled_at) OVER (ORDER BY polled_at), polled_at) AS seconds FROM poll_totals)
SELECT max(polled_at) AS newest_at, to_seconds(coalesce(least(greatest(median(seconds), 10), 3600), 300)) AS step FROM steps;
