import { z } from 'zod';
import { lengthOf } from '../broadcast/lengths.ts';
import type { Locale } from '../locale.ts';
import { html } from '../pages/html.ts';
import type { Html } from '../pages/html.ts';
import type { Links } from '../pages/links.ts';
import { scrolling, table } from '../pages/table.ts';
import type { Column } from '../pages/table.ts';
import { pageTable } from './table.ts';
import type { PageTable } from './table.ts';

const row = z.object({
  streamId: z.string(),
  channel: z.string(),
  /** As the whole page shows it. */
  name: z.string(),
  beganAt: z.string(),
  endedAt: z.string(),
  isLive: z.boolean(),
  title: z.string(),
  category: z.string(),
  viewers: z.number().nullable(),
  messages: z.number(),
});

type BroadcastRow = z.infer<typeof row>;

const list = (kind: 'ofAll' | 'ofChannel'): PageTable<typeof row> =>
  pageTable({
    title: 'broadcasts.title',
    sql: `
    WITH newest AS (FROM broadcasts ORDER BY began_at DESC, stream_id LIMIT 100),
    shown_as AS (
      SELECT stream_id, arg_max(title, polled_at) AS title, mode(category) AS category, max(viewers) AS viewers
      FROM polls SEMI JOIN newest USING (stream_id, channel) GROUP BY stream_id
    ),
    said AS (
      SELECT stream_id, sum(messages) AS messages
      FROM newest JOIN message_counts USING (channel)
      WHERE message_counts.began_at >= time_bucket(INTERVAL 10 SECOND, newest.began_at) AND message_counts.began_at < ended_at
      GROUP BY stream_id
    )
    SELECT
      stream_id AS "streamId", channel, coalesce(channel_names.name, channel) AS name,
      strftime(began_at, '%Y-%m-%dT%H:%M:%SZ') AS "beganAt", strftime(ended_at, '%Y-%m-%dT%H:%M:%SZ') AS "endedAt", is_live AS "isLive",
      known(title) AS title, known(category) AS category, viewers::DOUBLE AS viewers, coalesce(messages, 0)::DOUBLE AS messages
    FROM newest LEFT JOIN channel_names USING (channel) LEFT JOIN shown_as USING (stream_id) LEFT JOIN said USING (stream_id)
    ORDER BY began_at DESC, stream_id`,
    shape: row,
    draw(rows, locale, links) {
      const { text } = locale;
      const cells = rows.map((it) => {
        const [start, ...rest] = cellsOf(it, locale, links);
        return kind === 'ofAll'
          ? [start, links.channel({ channel: it.channel, name: it.name }), ...rest]
          : [start, ...rest];
      });
      const columns = columnsIn(locale);
      const shown = kind === 'ofAll' ? columns : columns.filter((_column, index) => index !== 1);
      return scrolling(text('broadcasts.title'), table(shown, cells, text('broadcasts.none')), 'tall');
    },
  });

/** The newest broadcasts, each with a link to its page. */
export const broadcasts = list('ofAll');

/** The same for the page of a channel, without the channel in each row. */
export const channelBroadcasts = list('ofChannel');

const columnsIn = ({ text, say, zoneName }: Locale): Column[] => [
  { name: say('broadcasts.start', { zone: zoneName() }), kind: 'time' },
  { name: text('column.channel') },
  { name: text('column.title') },
  { name: text('column.category') },
  { name: text('broadcast.length'), kind: 'number' },
  { name: text('column.peakViewers'), kind: 'number' },
  { name: text('column.messages'), kind: 'number' },
];

function cellsOf(it: BroadcastRow, locale: Locale, links: Links): [Html, ...(string | Html)[]] {
  const { text, time, count } = locale;
  const start = time(it.beganAt);
  const live = it.isLive ? html` <span class="badge good">${text('broadcasts.live')}</span>` : html``;
  return [
    html`${links.broadcast(it.streamId, start)}${live}`,
    it.title,
    it.category,
    lengthOf(it.beganAt, it.endedAt, locale),
    it.viewers === null ? '–' : count(it.viewers),
    count(it.messages),
  ];
}
