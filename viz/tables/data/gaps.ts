import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import { pageTable } from '../table.ts';
import { reasonIn } from '../reasons.ts';

const MINUTE = 60;

/** Times in which channels were wanted and nobody listened, by channel and reason, longest first. It asks the view `gaps` of docs/querying.md. */
export const gaps = pageTable({
  title: 'channelGaps.title',
  sql: `
    WITH within AS (
      SELECT
        coalesce(channel_id, channel_login) AS channel, channel_login, reason, is_filled,
        greatest(began_at, getvariable('page_from')) AS from_at, least(coalesce(ended_at, getvariable('published_at')), getvariable('published_at')) AS until_at
      FROM gaps
    )
    SELECT
      channel, coalesce(name, any_value(channel_login)) AS name, known(reason) AS reason, is_filled AS "isFilled", count(*)::DOUBLE AS gaps,
      sum(epoch(until_at) - epoch(from_at))::DOUBLE AS seconds, strftime(max(until_at), '%Y-%m-%dT%H:%M:%SZ') AS at,
      (count(*) OVER ())::DOUBLE AS total
    FROM within LEFT JOIN channel_names USING (channel)
    WHERE until_at > from_at
    GROUP BY channel, name, reason, is_filled ORDER BY seconds DESC, channel, 3, is_filled LIMIT 200`,
  shape: z.object({
    channel: z.string(),
    name: z.string(),
    reason: z.string(),
    isFilled: z.boolean(),
    gaps: z.number(),
    seconds: z.number(),
    at: z.string(),
    /** The number of rows without the limit. */
    total: z.number(),
  }),
  draw(rows, locale, links) {
    const { text, say, count, time, zoneName } = locale;
    const cells = rows.map((it) => [
      links.channel(it),
      `${reasonIn(it.reason, locale)}${it.isFilled ? ` (${text('channelGaps.filled')})` : ''}`,
      count(it.gaps),
      count(Math.round((it.seconds / MINUTE) * 10) / 10),
      time(it.at),
    ]);
    const columns = [
      { name: text('column.channel') },
      { name: text('column.why') },
      { name: text('channelGaps.times'), kind: 'number' as const },
      { name: text('channelGaps.minutes'), kind: 'number' as const },
      { name: say('channelGaps.newest', { zone: zoneName() }), kind: 'time' as const },
    ];
    const total = rows[0]?.total ?? 0;
    const part = total > rows.length ? html` ${text('coverage.part', { shown: rows.length, total })}` : html``;
    return html`<p class="note">${text('channelGaps.about')}${part}</p>
      ${scrolling(text('channelGaps.title'), table(columns, cells, text('channelGaps.empty')), 'tall')}`;
  },
});
