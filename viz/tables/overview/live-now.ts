import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import { pageTable } from '../table.ts';

/** The rooms that were live at the newest poll. */
export const liveNow = pageTable({
  title: 'liveNow.title',
  sql: `
    WITH rooms AS (SELECT channel FROM records WHERE kind <> 'tally' UNION SELECT channel FROM channel_hours)
    SELECT
      channel, channel_names.name, known(stream_id) AS stream, known(category) AS category, known(title) AS title,
      coalesce(viewers, 0)::DOUBLE AS viewers, strftime(started_at, '%Y-%m-%dT%H:%M:%SZ') AS since,
      strftime(polled_at, '%Y-%m-%dT%H:%M:%SZ') AS "polledAt", (count(*) OVER ())::DOUBLE AS total
    FROM polls JOIN channel_names USING (channel)
    WHERE polled_at = (SELECT max(polled_at) FROM poll_totals) AND channel IN (FROM rooms)
    ORDER BY polls.viewers DESC NULLS LAST, channel LIMIT 20`,
  shape: z.object({
    channel: z.string(),
    name: z.string(),
    stream: z.string(),
    category: z.string(),
    title: z.string(),
    viewers: z.number(),
    since: z.string().nullable(),
    polledAt: z.string(),
    /** The number of rooms without the limit. */
    total: z.number(),
  }),
  draw(rows, { text, say, count, time, zoneName }, links) {
    const cells = rows.map((it) => [
      links.channel(it),
      it.category,
      links.broadcast(it.stream, it.title),
      count(it.viewers),
      time(it.since),
    ]);
    const columns = [
      { name: text('column.channel') },
      { name: text('column.category') },
      { name: text('column.title'), kind: 'wide' as const },
      { name: text('column.viewers'), kind: 'number' as const },
      { name: say('column.liveSince', { zone: zoneName() }), kind: 'time' as const },
    ];
    const [first] = rows;
    const note =
      first === undefined
        ? html``
        : html`<p class="note">
            ${say('liveNow.about', { shown: rows.length, count: first.total, at: time(first.polledAt, 'zone') })}
          </p>`;
    return html`${note} ${scrolling(text('liveNow.title'), table(columns, cells, text('liveNow.empty')))}`;
  },
});
