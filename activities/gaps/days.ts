import { addHours, dayOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';

/**
 * The days whose gaps may change when an hour does: its own, and the next one, into which a gap may last. Later days have records of their own if
 * a channel was wanted in them.
 */
export function daysWithGapsOf(hour: Hour, openHour: Hour): Day[] {
  const days = [dayOf(hour), dayOf(addHours(hour, 24))];
  // The first hour of a day ends before the day has gaps.
  return days.filter((day) => `${day}T00` < openHour);
}
