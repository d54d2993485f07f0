-- Categories by viewers: the average over the day's polls of all viewers in the category.
SELECT
  coalesce(category, 'no category') AS category,
  round(coalesce(sum(viewers), 0) / (SELECT count(DISTINCT polled_at) FROM polls))::DOUBLE AS viewers,
  count(DISTINCT channel)::DOUBLE AS channels
FROM polls GROUP BY ALL ORDER BY viewers DESC, category LIMIT 10
