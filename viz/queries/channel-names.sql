-- The name that a channel has on the whole page, as Twitch writes it: 하늘 (haneul) if the name is not the login. And its place by messages,
-- which gives it its colour. A table, because every part of the page asks it.
CREATE OR REPLACE TEMP TABLE channel_names AS
WITH talk AS (
  SELECT channel, arg_max(login, newest_at) AS login, sum(messages) AS messages FROM channel_hours GROUP BY channel
),
shown_as AS (
  SELECT channel, arg_max(login, polled_at) AS login, arg_max(name, polled_at) AS name, max(viewers) AS viewers FROM polls GROUP BY channel
)
SELECT
  channel,
  CASE
    WHEN lower(trim(name)) <> lower(coalesce(shown_as.login, talk.login)) THEN concat(name, ' (', coalesce(shown_as.login, talk.login), ')')
    ELSE coalesce(name, shown_as.login, talk.login, channel)
  END AS name,
  (row_number() OVER (ORDER BY coalesce(messages, 0) DESC, coalesce(viewers, 0) DESC, channel))::DOUBLE AS place
FROM talk FULL JOIN shown_as USING (channel);
