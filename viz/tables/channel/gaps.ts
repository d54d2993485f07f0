import { gaps } from '../broadcast/gaps.ts';
import { pageTable } from '../table.ts';

/** When nobody listened to the channel although it was wanted, the newest first, by the rule of the view `gaps`. */
export const channelGaps = pageTable({
  ...gaps,
  title: 'channelGaps.title',
  sql: `
    SELECT
      strftime(began_at, '%Y-%m-%dT%H:%M:%SZ') AS "from", strftime(ended_at, '%Y-%m-%dT%H:%M:%SZ') AS "to", known(reason) AS reason,
      state = 'filled' AS "isFilled"
    FROM channel_times WHERE state <> 'listened' ORDER BY began_at DESC LIMIT 200`,
});
