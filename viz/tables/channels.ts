import { z } from 'zod';
import type { Locale } from '../locale.ts';
import { scrolling, table } from '../pages/table.ts';
import type { Column } from '../pages/table.ts';
import { dayTable } from './table.ts';

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
export const channels = dayTable({
  title: 'channels.title',
  sql: `
    WITH talk AS (
      SELECT channel, count(*) AS messages, count(DISTINCT user_id) AS chatters
      FROM messages GROUP BY channel
    ),
    shown AS (
      SELECT channel, arg_max(category, polled_at) AS category, arg_max(title, polled_at) AS title, max(viewers) AS viewers
      FROM polls GROUP BY channel
    )
    SELECT
      channel_names.name,
      known(category) AS category, known(title) AS title,
      coalesce(messages, 0)::DOUBLE AS messages, coalesce(chatters, 0)::DOUBLE AS chatters, coalesce(viewers, 0)::DOUBLE AS viewers
    FROM talk FULL JOIN shown USING (channel) JOIN channel_names USING (channel)
    ORDER BY place`,
  shape: z.object({
    name: z.string(),
    category: z.string(),
    title: z.string(),
    messages: z.number(),
    chatters: z.number(),
    viewers: z.number(),
  }),
  draw(rows, { text, count }) {
    const cells = rows
      .slice(0, CHANNELS_SHOWN)
      .map((it) => [it.name, it.category, it.title, ...[it.messages, it.chatters, it.viewers].map(count)]);
    return scrolling(text('channels.title'), table(columnsIn(text), cells, text('channels.empty')));
  },
});
