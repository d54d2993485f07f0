import { z } from 'zod';
import { lengthOf } from '../broadcast/lengths.ts';
import type { Locale } from '../locale.ts';
import { broadcastPath, hrefTo } from '../pages/broadcast-link.ts';
import { html } from '../pages/html.ts';
import type { Html } from '../pages/html.ts';
import type { Place } from '../pages/place.ts';
import { scrolling, table } from '../pages/table.ts';
import type { Column } from '../pages/table.ts';

const row = z.object({
  streamId: z.string(),
  /** As the whole page shows it. */
  channel: z.string(),
  beganAt: z.string(),
  endedAt: z.string(),
  isLive: z.boolean(),
  title: z.string(),
  category: z.string(),
  viewers: z.number().nullable(),
  messages: z.number(),
});

type BroadcastRow = z.infer<typeof row>;

/** A list of broadcasts, the newest first, each with a link to its page. It asks the table of `viz/queries/broadcasts.sql`, too. */
export const broadcasts = {
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
      stream_id AS "streamId", coalesce(channel_names.name, channel) AS channel,
      strftime(began_at, '%Y-%m-%dT%H:%M:%SZ') AS "beganAt", strftime(ended_at, '%Y-%m-%dT%H:%M:%SZ') AS "endedAt", is_live AS "isLive",
      known(title) AS title, known(category) AS category, viewers::DOUBLE AS viewers, coalesce(messages, 0)::DOUBLE AS messages
    FROM newest LEFT JOIN channel_names USING (channel) LEFT JOIN shown_as USING (stream_id) LEFT JOIN said USING (stream_id)
    ORDER BY began_at DESC, stream_id`,
  shape: row,
  /** @param from the page that has the list. That of a channel does not name it in each row. */
  draw(rows: readonly BroadcastRow[], locale: Locale, from: Place, { withChannel }: { withChannel: boolean }): Html {
    const { text } = locale;
    const cells = rows.map((it) => {
      const [start, ...rest] = cellsOf(it, locale, from);
      return withChannel ? [start, it.channel, ...rest] : [start, ...rest];
    });
    const columns = columnsIn(locale);
    const shown = withChannel ? columns : columns.filter((_column, index) => index !== 1);
    return scrolling(text('broadcasts.title'), table(shown, cells, text('broadcasts.none')), 'tall');
  },
} as const;

const columnsIn = ({ text, say, zoneName }: Locale): Column[] => [
  { name: say('broadcasts.start', { zone: zoneName() }), kind: 'time' },
  { name: text('column.channel') },
  { name: text('column.title') },
  { name: text('column.category') },
  { name: text('broadcast.length'), kind: 'number' },
  { name: text('column.peakViewers'), kind: 'number' },
  { name: text('column.messages'), kind: 'number' },
];

function cellsOf(it: BroadcastRow, locale: Locale, from: Place): [Html, ...(string | Html)[]] {
  const { text, time, count } = locale;
  const path = broadcastPath(it.streamId);
  const start = time(it.beganAt);
  const live = it.isLive ? html` <span class="badge good">${text('broadcasts.live')}</span>` : html``;
  return [
    html`${path === undefined ? start : html`<a href="${hrefTo(from, path)}">${start}</a>`}${live}`,
    it.title,
    it.category,
    lengthOf(it.beganAt, it.endedAt, locale),
    it.viewers === null ? '–' : count(it.viewers),
    count(it.messages),
  ];
}
