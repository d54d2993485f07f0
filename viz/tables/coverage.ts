import { z } from 'zod';
import { formatClock, formatCount } from '../pages/format.ts';
import { html } from '../pages/html.ts';
import type { Html } from '../pages/html.ts';
import { table } from '../pages/table.ts';
import type { Column } from '../pages/table.ts';
import { dayTable } from './table.ts';

const COLUMNS: Column[] = [
  { name: 'Time', kind: 'time' },
  { name: 'Channel' },
  { name: 'Room' },
  { name: 'Why' },
  { name: 'Collector', kind: 'wide' },
];

const KINDS = new Map<string, string | Html>([
  ['join', 'joined'],
  ['loss', html`<span class="badge wait">lost</span>`],
  ['end', 'left'],
  ['fill', 'filled'],
]);

/** Plain words for reasons from Temporal and Twitch. */
const REASONS = new Map([
  ['CANCELLED', 'the chat was cancelled'],
  ['login-refused', 'the login was refused'],
  ['msg_banned', 'banned from the room'],
  ['msg_channel_suspended', 'the channel is suspended'],
  ['WORKER_SHUTDOWN', 'the collector was stopped'],
]);

/** When channels were joined, lost and left. */
export const coverage = dayTable({
  title: 'When channels were listened to',
  sql: `
    SELECT
      strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') AS at, kind, login, known(reason) AS reason, collector,
      (count(*) OVER ())::DOUBLE AS total
    FROM records
    WHERE kind <> 'tally' AND happened_at >= $day_start AND happened_at < $day_end
    ORDER BY kind = 'loss' DESC, happened_at DESC, login LIMIT 200`,
  shape: z.object({
    at: z.string(),
    kind: z.string(),
    login: z.string(),
    reason: z.string(),
    collector: z.string(),
    /** The number of records of the day. Only the first ones are rows. */
    total: z.number(),
  }),
  draw(rows) {
    const cells = rows.map((it) => [
      formatClock(it.at),
      it.login,
      KINDS.get(it.kind) ?? it.kind,
      REASONS.get(it.reason) ?? it.reason,
      it.collector,
    ]);
    const total = rows[0]?.total ?? 0;
    const shown = total > rows.length ? ` ${formatCount(rows.length)} of ${formatCount(total)} records are shown.` : '';
    return html`<p class="note">Losses first, then the newest.${shown}</p>
      <div class="scroll tall">${table(COLUMNS, cells, 'No record yet.')}</div>`;
  },
});
