import { ConfigError, UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';
import { addHours, hourOf, hourStartMs } from '../workflows/hour.ts';
import type { Hour } from '../workflows/hour.ts';
import { Interrupted } from './interrupt.ts';
import { endingQuietly } from './quiet-interruption.ts';
import { refineHours } from './refine-hours.ts';
import type { HoursRefined, Refining } from './refine-hours.ts';
import { withTemporal } from './temporal-client.ts';

/** An hour can be refined a minute after its end: the clocks of the brokers may differ. */
const AFTER_END_MS = 60_000;

/** `chatlake refine`: refines the hours from the first to the last, both included. Exits with 1 if an hour failed. */
export async function refine({ first, last, json }: { first: Hour; last: Hour; json: boolean }): Promise<void> {
  const hours = hoursBetween(first, last, Date.now());
  // The parameter store is not used, so its key may be missing.
  const config = readConfig({ ...process.env, ...UNUSED_STORE_KEY });
  const { refining, clear } = refineProgress(hours.length);
  await endingQuietly((signal) =>
    withTemporal(
      config,
      async (client) => {
        try {
          const refined = await refineHours(client, hours, { refining, signal });
          clear();
          process.stdout.write(json ? `${JSON.stringify(refined)}\n` : `${textOf(refined)}\n`);
          process.exitCode = refined.failed.length > 0 ? 1 : 0;
        } catch (error) {
          clear();
          if (signal.reason instanceof Interrupted)
            process.stderr.write(
              'The hours that were started go on in Temporal. Run the command again for the others.\n',
            );
          throw error;
        }
      },
      signal,
    ),
  );
}

/** @throws ConfigError if the last hour has not ended */
export function hoursBetween(first: Hour, last: Hour, nowMs: number): Hour[] {
  const newest = addHours(hourOf(nowMs - AFTER_END_MS), -1);
  if (last > newest)
    throw new ConfigError(
      `Expected hours that ended at least a minute ago, got ${last}. The newest such hour is ${newest}; the Schedule refine-open refines later ones.`,
    );
  const count = (hourStartMs(last) - hourStartMs(first)) / 3_600_000 + 1;
  return Array.from({ length: count }, (_, index) => addHours(first, index));
}

function textOf({ hours, lines, written, failed }: HoursRefined): string {
  const summary = `${counted(hours, 'hour')} refined, with ${counted(lines, 'line')}. ${counted(written, 'hour')} of yellow written.`;
  return [summary, ...failed.map(({ hour, reason }) => `${hour} failed: ${reason}`)].join('\n');
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** One line in a terminal that changes; elsewhere a line for each hour that ends. */
function refineProgress(count: number): { refining: Refining; clear: () => void } {
  const { stderr } = process;
  if (stderr.isTTY) {
    return {
      refining: ({ hours, failed }, underWay) => {
        const [first] = underWay;
        const now = first === undefined ? '' : `; ${first[0]}: ${first[1]}`;
        stderr.write(`\r\x1b[K${hours + failed.length} of ${counted(count, 'hour')}${now}`);
      },
      clear: () => void stderr.write('\r\x1b[K'),
    };
  }
  let printed = 0;
  return {
    refining: ({ hours, failed }) => {
      if (hours + failed.length === printed) return;
      printed = hours + failed.length;
      stderr.write(`${printed} of ${counted(count, 'hour')} refined\n`);
    },
    clear: () => {},
  };
}
