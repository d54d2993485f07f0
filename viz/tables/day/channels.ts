import { z } from 'zod';
import type { Locale } from '../../locale.ts';
import { scrolling, table } from '../../pages/table.ts';
import type { Column } from '../../pages/table.ts';
import { pageTable } from '../table.ts';

const CHANNELS_SHOWN = 50;

const columnsIn = (text: Locale['text']): Column[] => [
  { name: text('column.channel') },
  { name: text('column.category') },
  { name: text('column.title'), kind: 'wide' },
  { name: text('column.messages'), kind: 'number' },
  { name: text('column.chatters'), kind: 'number' },
  { name: text('column.peakViewers'), kind: 'number' },
];

/** The channels of the day with messages, chatters and peak viewers. */
export const channels = pageTable({
  title: 'channels.title',
  sql: `
    WITH talk AS (SELECT channel, sum(messages) AS messages FROM channel_hours GROUP BY channel),
    people AS (SELECT channel, count(DISTINCT person) AS chatters FROM chatters GROUP BY channel),
    shown AS (
      SELECT channel, arg_max(category, polled_at) AS category, arg_max(title, polled_at) AS title, max(viewers) AS viewers
      FROM polls GROUP BY channel
    )
    SELECT
      channel_names.channel, channel_names.name,
      known(category) AS category, known(title) AS title,
      coalesce(messages, 0)::DOUBLE AS messages, coalesce(chatters, 0)::DOUBLE AS chatters, coalesce(viewers, 0)::DOUBLE AS viewers
    FROM channel_names LEFT JOIN talk USING (channel) LEFT JOIN people USING (channel) LEFT JOIN shown USING (channel)
    ORDER BY place`,
  shape: z.object({
    channel: z.string(),
    name: z.string(),
    category: z.string(),
    title: z.string(),
    messages: z.number(),
    chatters: z.number(),
    viewers: z.number(),
  }),
  draw(rows, { text, count }, links) {
    const cells = rows
      .slice(0, CHANNELS_SHOWN)
      .map((it) => [links.channel(it), it.category, it.title, ...[it.messages, it.chatters, it.viewers].map(count)]);
    return scrolling(text('channels.title'), table(columnsIn(text), cells, text('channels.empty')));
  },
});
