import { z } from 'zod';
import type { Locale } from '../../locale.ts';
import { html } from '../../pages/html.ts';
import type { Html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import type { Column } from '../../pages/table.ts';
import type { WordKey } from '../../words.ts';
import { reasonIn } from '../reasons.ts';
import { pageTable } from '../table.ts';

const columnsIn = ({ text, say, zoneName }: Locale): Column[] => [
  { name: say('column.time', { zone: zoneName() }), kind: 'time' },
  { name: text('column.channel') },
  { name: text('column.room') },
  { name: text('column.why') },
];

const KINDS = new Map<string, WordKey>([
  ['join', 'coverage.join'],
  ['loss', 'coverage.loss'],
  ['end', 'coverage.end'],
  ['fill', 'coverage.fill'],
]);

/** When channels were joined, lost and left. */
export const coverage = pageTable({
  title: 'coverage.title',
  sql: `
    WITH told AS (
      SELECT strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') AS second, kind, coalesce(name, login) AS channel, known(reason) AS reason
      FROM records LEFT JOIN channel_names USING (channel)
      WHERE kind <> 'tally' AND happened_at >= getvariable('page_from') AND happened_at < getvariable('page_to')
    )
    SELECT second AS at, kind, channel, reason, count(*)::DOUBLE AS collectors, (count(*) OVER ())::DOUBLE AS total
    FROM told GROUP BY second, kind, channel, reason
    ORDER BY kind = 'loss' DESC, second DESC, channel, kind, reason LIMIT 200`,
  shape: z.object({
    at: z.string(),
    kind: z.string(),
    channel: z.string(),
    reason: z.string(),
    /** How many collectors told of it in that second. */
    collectors: z.number(),
    /** The number of rows without the limit. */
    total: z.number(),
  }),
  draw(rows, locale) {
    const { count, text, time } = locale;
    const kindIn = (kind: string): string => {
      const key = KINDS.get(kind);
      return key === undefined ? kind : text(key);
    };
    const roomOf = ({ kind, collectors }: (typeof rows)[number]): Html => {
      const word = html`${kindIn(kind)}${collectors > 1 ? ` × ${count(collectors)}` : ''}`;
      return kind === 'loss' ? html`<span class="badge wait">${word}</span>` : word;
    };
    const cells = rows.map((it) => [time(it.at), it.channel, roomOf(it), reasonIn(it.reason, locale)]);
    const total = rows[0]?.total ?? 0;
    const part = total > rows.length ? text('coverage.part', { shown: rows.length, total }) : '';
    return html`<p class="note">${text('coverage.order')} ${part}</p>
      ${scrolling(text('coverage.title'), table(columnsIn(locale), cells, text('coverage.empty')), 'tall')}`;
  },
});
