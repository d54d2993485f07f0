/** A common table expression `weeks`: when the last seven days begin, and the seven before them. Without rows for these, there is no trend. */
export const WEEKS = `
    weeks AS (
      SELECT
        strftime(strptime(max(hour), '%Y-%m-%dT%H') - INTERVAL 7 DAY, '%Y-%m-%dT%H') AS this,
        strftime(strptime(max(hour), '%Y-%m-%dT%H') - INTERVAL 14 DAY, '%Y-%m-%dT%H') AS last,
        min(hour) <= strftime(strptime(max(hour), '%Y-%m-%dT%H') - INTERVAL 13 DAY, '%Y-%m-%dT%H') AS "hasLast"
      FROM (SELECT hour FROM channel_hours UNION ALL SELECT hour FROM poll_totals)
    )`;
