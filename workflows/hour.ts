/** A UTC hour, as in ids and directories: `2026-11-25T14`. HDFS allows no colon in names. */
export type Hour = string;
/** A UTC day: `2026-11-25`. */
export type Day = string;

const HOUR_MS = 3_600_000;
const HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

export function hourOf(instantMs: number): Hour {
  return new Date(instantMs).toISOString().slice(0, 13);
}

/** The first millisecond of the hour. @throws RangeError */
export function hourStartMs(hour: Hour): number {
  if (!isHour(hour)) throw new RangeError(`Expected a UTC hour like 2026-11-25T14, got ${JSON.stringify(hour)}.`);
  return Date.parse(`${hour}:00:00.000Z`);
}

/** Adds `count` hours, which may be negative. */
export function addHours(hour: Hour, count: number): Hour {
  return hourOf(hourStartMs(hour) + count * HOUR_MS);
}

export function dayOf(hour: Hour): Day {
  hourStartMs(hour);
  return hour.slice(0, 10);
}

/** The 24 hours of a day. @throws RangeError */
export function hoursOfDay(day: Day): Hour[] {
  if (!isDay(day)) throw new RangeError(`Expected a UTC day like 2026-11-25, got ${JSON.stringify(day)}.`);
  return Array.from({ length: 24 }, (_, index) => `${day}T${String(index).padStart(2, '0')}`);
}

export function isHour(text: string): boolean {
  // Date.parse turns a date that does not exist, such as 31 November, into another date.
  const ms = HOUR.test(text) ? Date.parse(`${text}:00:00.000Z`) : NaN;
  return !Number.isNaN(ms) && hourOf(ms) === text;
}

export function isDay(text: string): boolean {
  return isHour(`${text}T00`);
}
