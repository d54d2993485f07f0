import type { Priority } from '@temporalio/common';
import { addHours, dayOf, hourOf } from './hour.ts';
import type { Day, Hour } from './hour.ts';

/** Temporal's priorities are 1 to 5. The smallest number goes first. */
const OPEN: Priority = { priorityKey: 1 };
const JUST_ENDED: Priority = { priorityKey: 2 };
const BACKFILL: Priority = { priorityKey: 4 };

/** About as long as the loader needs to catch up after a short stop. */
const HOURS_JUST_ENDED = 2;

/** The open hour goes first, then hours that have just ended, then older hours. */
export function priorityOfHour(hour: Hour, nowMs: number): Priority {
  const open = hourOf(nowMs);
  if (hour >= open) return OPEN;
  return hour >= addHours(open, -HOURS_JUST_ENDED) ? JUST_ENDED : BACKFILL;
}

/** The report of the current day goes first, and so does the previous day while it may still change. */
export function priorityOfDay(day: Day, nowMs: number): Priority {
  return day >= dayOf(addHours(hourOf(nowMs), -HOURS_JUST_ENDED)) ? OPEN : BACKFILL;
}
