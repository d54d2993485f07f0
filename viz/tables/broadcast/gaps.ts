import { z } from 'zod';
import type { Locale } from '../../locale.ts';
import { html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import type { Column } from '../../pages/table.ts';
import { reasonIn } from '../reasons.ts';
import { pageTable } from '../table.ts';

const columnsIn = ({ text, say, zoneName }: Locale): Column[] => [
  { name: say('column.from', { zone: zoneName() }), kind: 'time' },
  { name: say('column.to', { zone: zoneName() }), kind: 'time' },
  { name: text('column.why') },
  { name: text('heard.later') },
];

/** When nobody listened during the broadcast. */
export const gaps = pageTable({
  title: 'heard.title',
  sql: `
    SELECT
      stream_id AS "streamId", strftime(began_at, '%Y-%m-%dT%H:%M:%SZ') AS "from", strftime(ended_at, '%Y-%m-%dT%H:%M:%SZ') AS "to", reason,
      is_filled AS "isFilled"
    FROM broadcast_gaps ORDER BY stream_id, began_at`,
  shape: z.object({ from: z.string(), to: z.string(), reason: z.string(), isFilled: z.boolean() }),
  draw(rows, locale) {
    const { text, time } = locale;
    const cells = rows.map(({ from, to, reason, isFilled }) => [
      time(from),
      time(to),
      reasonIn(reason, locale),
      isFilled
        ? html`<span class="badge good">${text('heard.filled')}</span>`
        : html`<span class="badge wait">${text('heard.missing')}</span>`,
    ]);
    return scrolling(text('heard.title'), table(columnsIn(locale), cells, text('heard.none')), 'tall');
  },
});
