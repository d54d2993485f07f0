-- One row per time that at least one collector listened to a channel without a break.
--
-- Input:  listening.
-- Output: channel_id, channel_login, began_at, ended_at (up to, not including).
WITH ordered AS (
  SELECT *,
    max(ended_at) OVER (PARTITION BY channel_id, channel_login ORDER BY began_at, ended_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS heard_until
  FROM listening WHERE ended_at > began_at
),
numbered AS (
  SELECT *,
    count(*) FILTER (heard_until IS NULL OR began_at > heard_until) OVER (PARTITION BY channel_id, channel_login ORDER BY began_at, ended_at) AS number
  FROM ordered
)
SELECT channel_id, channel_login, min(began_at) AS began_at, max(ended_at) AS ended_at
FROM numbered GROUP BY channel_id, channel_login, number
