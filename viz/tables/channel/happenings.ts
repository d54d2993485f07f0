import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import { pageTable } from '../table.ts';

const COLUMNS = [
  ['subscriptions', 'events.subscriptions'],
  ['gifts', 'events.gifts'],
  ['raids', 'events.raids'],
  ['raidViewers', 'events.raidViewers'],
  ['deletions', 'events.deletions'],
  ['timeouts', 'events.timeouts'],
  ['bans', 'events.bans'],
  ['clears', 'events.clears'],
] as const;

/** The kinds of events and of moderation that count. A gift to many is one event for each subscription, and one for all of them that does not count. */
const KINDS = {
  subscriptions: `'sub', 'resub'`,
  gifts: `'subgift', 'anonsubgift'`,
  raids: `'raid'`,
  deletions: `'message deleted'`,
  timeouts: `'user timed out'`,
  bans: `'user banned'`,
  clears: `'chat cleared'`,
};

const sums = Object.entries(KINDS)
  .map(([name, kinds]) => `coalesce(sum(times) FILTER (kind IN (${kinds})), 0)::DOUBLE AS ${name}`)
  .join(',\n      ');

const count = z.number();

/** What happened in chat beside messages, by day, the newest first, and on all days together. Copies by shared chat do not count. */
export const happenings = pageTable({
  title: 'events.title',
  sql: `
    WITH happened AS (
      SELECT hour, kind, events AS times, CASE WHEN kind = 'raid' THEN raid_viewers ELSE 0 END AS raid_viewers FROM event_counts
      UNION ALL SELECT hour, kind, actions, 0 FROM moderation_counts
    )
    SELECT
      left(hour, 10) AS day,
      ${sums},
      sum(raid_viewers)::DOUBLE AS "raidViewers"
    FROM happened GROUP BY day HAVING subscriptions + gifts + raids + deletions + timeouts + bans + clears > 0 ORDER BY day DESC`,
  shape: z.object({
    day: z.string(),
    subscriptions: count,
    gifts: count,
    raids: count,
    raidViewers: count,
    deletions: count,
    timeouts: count,
    bans: count,
    clears: count,
  }),
  draw(rows, { text, count, day }) {
    if (rows.length === 0) return html`<p>${text('events.none')}</p>`;
    const total = COLUMNS.map(
      ([name]) => html`<strong>${count(rows.reduce((sum, row) => sum + row[name], 0))}</strong>`,
    );
    const cells = rows.map((row) => [day(row.day), ...COLUMNS.map(([name]) => count(row[name]))]);
    const columns = [
      { name: text('column.dayUtc'), kind: 'time' as const },
      ...COLUMNS.map(([, key]) => ({ name: text(key), kind: 'number' as const })),
    ];
    const all = [html`<strong>${text('events.allDays')}</strong>`, ...total];
    return scrolling(text('events.title'), table(columns, [all, ...cells], ''), 'tall');
  },
});
