import type { Priority } from '@temporalio/common';
import { addHours, dayOf, hourOf } from './hour.ts';
import type { Day, Hour } from './hour.ts';

/** What goes first on a queue. Temporal knows 1 to 5; a smaller number goes first. */
const OPEN: Priority = { priorityKey: 1 };
const JUST_ENDED: Priority = { priorityKey: 2 };
const BACKFILL: Priority = { priorityKey: 4 };

/** An hour counts as just ended for this long: about as long as the loader needs to catch up after a short stop. */
const HOURS_JUST_ENDED = 2;

/** The open hour goes before those that ended just now, and both before all older ones. */
export function priorityOfHour(hour: Hour, nowMs: number): Priority {
  const open = hourOf(nowMs);
  if (hour >= open) return OPEN;
  return hour >= addHours(open, -HOURS_JUST_ENDED) ? JUST_ENDED : BACKFILL;
}

/** The report of the running day goes first; so does the one before while it may still change. */
export function priorityOfDay(day: Day, nowMs: number): Priority {
  return day >= dayOf(addHours(hourOf(nowMs), -HOURS_JUST_ENDED)) ? OPEN : BACKFILL;
}
