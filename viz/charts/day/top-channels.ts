import { z } from 'zod';
import { bars } from '../bars.ts';
import { chart } from '../chart.ts';

/** The ten channels with the most messages. */
export const topChannels = chart({
  title: 'topChannels.title',
  width: 'half',
  sql: `
    SELECT name AS channel, place, sum(messages)::DOUBLE AS messages
    FROM channel_hours JOIN channel_names USING (channel) GROUP BY ALL ORDER BY place LIMIT 10`,
  shape: z.object({ channel: z.string(), place: z.number(), messages: z.number() }),
  columns: [
    { field: 'channel', name: 'column.channel', kind: 'text' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
  ],
  tell(rows, { say }) {
    const total = rows.reduce((sum, row) => sum + row.messages, 0);
    return say('topChannels.about', {
      count: rows.length,
      total,
      channel: rows[0]?.channel ?? '',
      messages: rows[0]?.messages ?? 0,
    });
  },
  draw(rows, { text }) {
    return bars(
      rows.map(({ channel, place, messages }) => ({ label: channel, place, value: messages })),
      text('unit.messages'),
    );
  },
});
