import type { Day } from '../workflows/hour.ts';

/** Says on stderr why the answer has no rows of these days. */
export function tellRemovedDays(days: readonly Day[]): void {
  const which = days.length === 1 ? `${days[0]}` : `${days.length} days from ${days[0]} to ${days.at(-1)}`;
  process.stderr.write(
    `What people wrote on ${which} was removed (YELLOW_KEEP_DAYS): chat, events, moderation and quarantine have no rows of it.\n`,
  );
}
