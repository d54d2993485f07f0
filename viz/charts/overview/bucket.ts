/** A common table expression `bucket`: the `length` of a step of a chart over all hours, so that it has tens to hundreds of them. */
export const BUCKET = `
    bucket AS (
      SELECT
        CASE
          WHEN count(DISTINCT hour) > 72 THEN INTERVAL 1 HOUR
          WHEN count(DISTINCT hour) > 6 THEN INTERVAL 10 MINUTE
          ELSE INTERVAL 1 MINUTE
        END AS length
      FROM (SELECT hour FROM channel_hours UNION ALL SELECT hour FROM poll_totals)
    )`;
