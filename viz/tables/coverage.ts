import { z } from 'zod';
import type { Locale } from '../locale.ts';
import { html } from '../pages/html.ts';
import type { Html } from '../pages/html.ts';
import { scrolling, table } from '../pages/table.ts';
import type { Column } from '../pages/table.ts';
import type { WordKey } from '../words.ts';
import { dayTable } from './table.ts';

const columnsIn = ({ text, say, zoneName }: Locale): Column[] => [
  { name: say('column.time', { zone: zoneName() }), kind: 'time' },
  { name: text('column.channel') },
  { name: text('column.room') },
  { name: text('column.why') },
  { name: text('column.collector'), kind: 'wide' },
];

const KINDS = new Map<string, WordKey>([
  ['join', 'coverage.join'],
  ['loss', 'coverage.loss'],
  ['end', 'coverage.end'],
  ['fill', 'coverage.fill'],
]);

/** Plain words for reasons from Temporal and Twitch. */
const REASONS = new Map<string, WordKey>([
  ['CANCELLED', 'coverage.cancelled'],
  ['login-refused', 'coverage.loginRefused'],
  ['msg_banned', 'coverage.banned'],
  ['msg_channel_suspended', 'coverage.suspended'],
  ['WORKER_SHUTDOWN', 'coverage.workerStopped'],
]);

/** When channels were joined, lost and left. */
export const coverage = dayTable({
  title: 'coverage.title',
  sql: `
    SELECT
      strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') AS at, kind, coalesce(name, login) AS channel, known(reason) AS reason, collector,
      (count(*) OVER ())::DOUBLE AS total
    FROM records LEFT JOIN channel_names USING (channel)
    WHERE kind <> 'tally' AND happened_at >= $day_start AND happened_at < $day_end
    ORDER BY kind = 'loss' DESC, happened_at DESC, channel LIMIT 200`,
  shape: z.object({
    at: z.string(),
    kind: z.string(),
    channel: z.string(),
    reason: z.string(),
    collector: z.string(),
    /** The number of records of the day. Only the first ones are rows. */
    total: z.number(),
  }),
  draw(rows, locale) {
    const { text, time } = locale;
    const known = (words: Map<string, WordKey>, word: string): string => {
      const key = words.get(word);
      return key === undefined ? word : text(key);
    };
    const kindOf = (kind: string): string | Html =>
      kind === 'loss' ? html`<span class="badge wait">${known(KINDS, kind)}</span>` : known(KINDS, kind);
    const cells = rows.map((it) => [time(it.at), it.channel, kindOf(it.kind), known(REASONS, it.reason), it.collector]);
    const total = rows[0]?.total ?? 0;
    const part = total > rows.length ? text('coverage.part', { shown: rows.length, total }) : '';
    return html`<p class="note">${text('coverage.order')} ${part}</p>
      ${scrolling(text('coverage.title'), table(columnsIn(locale), cells, text('coverage.empty')), 'tall')}`;
  },
});
