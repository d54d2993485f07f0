import { addHours, dayOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';

/**
 * The days whose gaps may change when an hour is complete, if the earliest of its records belongs to the hour `earliest`. The hour before that is
 * among them: only the next hour shows who had stopped reporting at its end. So is the day after, into which a gap may last.
 */
export function daysWithGapsOf({ earliest, hour, openHour }: { earliest: Hour; hour: Hour; openHour: Hour }): Day[] {
  const first = `${dayOf(addHours(earliest, -1))}T00`;
  const days: Day[] = [];
  // The first hour of a day ends before the day has gaps.
  for (let at = first; at <= addHours(hour, 24) && at < openHour; at = addHours(at, 24)) days.push(dayOf(at));
  return days;
}
