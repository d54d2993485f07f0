import { z } from 'zod';
import { bars } from './bars.ts';
import { chart } from './chart.ts';

/** The ten channels with the most messages. */
export const topChannels = chart({
  title: 'topChannels.title',
  width: 'half',
  sql: `
    SELECT coalesce(arg_max(login, received_at), channel) AS login, count(*)::DOUBLE AS messages
    FROM messages GROUP BY channel ORDER BY messages DESC, login LIMIT 10`,
  shape: z.object({ login: z.string(), messages: z.number() }),
  columns: [
    { field: 'login', name: 'column.channel', kind: 'text' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
  ],
  tell(rows, { say }) {
    const total = rows.reduce((sum, row) => sum + row.messages, 0);
    return say('topChannels.about', { count: rows.length, total, ...(rows[0] ?? { login: '', messages: 0 }) });
  },
  draw(rows, { text }) {
    return bars(
      rows.map(({ login, messages }) => ({ label: login, value: messages })),
      text('unit.messages'),
    );
  },
});
