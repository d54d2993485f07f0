import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import type { WordKey } from '../../words.ts';
import { pageTable } from '../table.ts';

const NAMES: Readonly<Record<string, WordKey>> = {
  subscriptions: 'events.subscriptions',
  gifts: 'events.gifts',
  raids: 'events.raids',
  raidViewers: 'events.raidViewers',
  deletions: 'events.deletions',
  timeouts: 'events.timeouts',
  bans: 'events.bans',
};

/**
 * What happened in chat beside messages. Only whole hours are counted, so another broadcast of the channel in the first or last hour counts, too: the
 * table says from when to when. A gift to many is one event for each subscription, and one for all of them that does not count.
 */
export const events = pageTable({
  title: 'events.title',
  sql: `
    WITH happened AS (
      SELECT channel, hour, events AS times,
        CASE WHEN kind IN ('sub', 'resub') THEN 'subscriptions' WHEN kind IN ('subgift', 'anonsubgift') THEN 'gifts' WHEN kind = 'raid' THEN 'raids' END AS kind
      FROM event_counts
      UNION ALL BY NAME SELECT channel, hour, raid_viewers AS times, 'raidViewers' AS kind FROM event_counts WHERE kind = 'raid'
      UNION ALL BY NAME
      SELECT channel, hour, actions AS times,
        CASE kind WHEN 'message deleted' THEN 'deletions' WHEN 'user timed out' THEN 'timeouts' WHEN 'user banned' THEN 'bans' END AS kind
      FROM moderation_counts
    )
    SELECT
      stream_id AS "streamId", kind, sum(times)::DOUBLE AS times, strftime(date_trunc('hour', any_value(from_at)), '%Y-%m-%dT%H:%M:%SZ') AS "from",
      strftime(date_trunc('hour', any_value(until_at) - INTERVAL 1 SECOND) + INTERVAL 1 HOUR, '%Y-%m-%dT%H:%M:%SZ') AS "to"
    FROM happened JOIN chosen_hours USING (channel, hour) WHERE kind IS NOT NULL GROUP BY stream_id, kind
    ORDER BY stream_id, list_position(['subscriptions', 'gifts', 'raids', 'raidViewers', 'deletions', 'timeouts', 'bans'], kind)`,
  shape: z.object({ kind: z.string(), times: z.number(), from: z.string(), to: z.string() }),
  draw(rows, { text, say, count, time }) {
    const [first] = rows;
    if (first === undefined) return html`<p>${text('events.none')}</p>`;
    const span = say('events.hours', { from: time(first.from, 'zone'), to: time(first.to, 'zone') });
    const cells = rows.map(({ kind, times }) => {
      const key = NAMES[kind];
      return [key === undefined ? kind : text(key), count(times)];
    });
    const columns = [{ name: text('events.what') }, { name: text('events.times'), kind: 'number' as const }];
    return html`<p class="note">${span}</p>
      ${scrolling(text('events.title'), table(columns, cells, ''))}`;
  },
});
