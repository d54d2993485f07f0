-- Categories by viewers: the average over the day's polls of all viewers in the category.
SELECT
  CASE game_name WHEN '' THEN 'no category' ELSE game_name END AS category,
  round(sum(viewer_count) / (SELECT count(DISTINCT polled_at) FROM streams))::INTEGER AS viewers,
  count(DISTINCT channel_id)::INTEGER AS channels
FROM streams GROUP BY ALL ORDER BY viewers DESC, category LIMIT 10
