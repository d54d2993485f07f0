import { ApplicationFailure } from '@temporalio/workflow';
import { type Day, type Hour, isDay, isHour } from './hour.ts';

/** People start these workflows by hand: input that no retry can mend fails the workflow at once, with the remedy. */
export function checkedHour(input: { hour?: Hour } | undefined): Hour {
  const hour = input?.hour;
  if (typeof hour === 'string' && isHour(hour)) return hour;
  throw ApplicationFailure.nonRetryable(
    `Expected the input {"hour": "2026-11-25T14"} (UTC), got ${JSON.stringify(input)}. Start it again with --input.`,
    'InvalidInput',
  );
}

export function checkedDay(input: { day?: Day } | undefined): Day {
  const day = input?.day;
  if (typeof day === 'string' && isDay(day)) return day;
  throw ApplicationFailure.nonRetryable(
    `Expected the input {"day": "2026-11-25"} (UTC), got ${JSON.stringify(input)}. Start it again with --input.`,
    'InvalidInput',
  );
}
