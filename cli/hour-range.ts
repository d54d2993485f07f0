import type { HourRange } from '../activities/query/sources.ts';
import { isDay, isHour } from '../workflows/hour.ts';
import { ConfigError } from '../workers/config.ts';

/** The options that limit a command to hours. Both ends are included. */
export const HOUR_OPTIONS = {
  from: { type: 'string', value: 'TIME', help: 'The first hour (2026-11-25T14) or day (2026-11-25), in UTC.' },
  to: { type: 'string', value: 'TIME', help: 'The last hour or day. It is included.' },
} as const;

/** @throws ConfigError */
export function readHourRange({ from, to }: { from?: string | undefined; to?: string | undefined }): HourRange {
  const range = { from: hourOf('--from', from, 'T00'), to: hourOf('--to', to, 'T23') };
  if (range.from !== undefined && range.to !== undefined && range.from > range.to)
    throw new ConfigError(`Expected --from (${from}) to be no later than --to (${to}). Exchange them.`);
  return range;
}

function hourOf(option: string, text: string | undefined, ofDay: string): string | undefined {
  if (text === undefined || isHour(text)) return text;
  if (isDay(text)) return text + ofDay;
  throw new ConfigError(
    `Expected ${option} to be an hour like 2026-11-25T14 or a day like 2026-11-25, got \`${text}\`.`,
  );
}
