/** An hour of UTC as it stands in ids and directories: `2026-11-25T14`. It has no colon, because HDFS allows none in a name. */
export type Hour = string;
/** A day of UTC: `2026-11-25`. */
export type Day = string;

const HOUR_MS = 3_600_000;
const HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** The hour that holds the instant. */
export function hourOf(instantMs: number): Hour {
  return new Date(instantMs).toISOString().slice(0, 13);
}

/** The first millisecond of the hour. @throws RangeError naming the form where `hour` is none */
export function hourStartMs(hour: Hour): number {
  if (!isHour(hour)) throw new RangeError(`Expected an hour of UTC like 2026-11-25T14, got ${JSON.stringify(hour)}.`);
  return Date.parse(`${hour}:00:00.000Z`);
}

/** The hour `count` hours later (earlier where negative). */
export function addHours(hour: Hour, count: number): Hour {
  return hourOf(hourStartMs(hour) + count * HOUR_MS);
}

export function dayOf(hour: Hour): Day {
  hourStartMs(hour);
  return hour.slice(0, 10);
}

/** The 24 hours of a day. @throws RangeError naming the form where `day` is none */
export function hoursOfDay(day: Day): Hour[] {
  if (!isDay(day)) throw new RangeError(`Expected a day of UTC like 2026-11-25, got ${JSON.stringify(day)}.`);
  return Array.from({ length: 24 }, (_, index) => `${day}T${String(index).padStart(2, '0')}`);
}

export function isHour(text: string): boolean {
  // A date that does not exist, such as the 31st of November, comes back as another one.
  const ms = HOUR.test(text) ? Date.parse(`${text}:00:00.000Z`) : NaN;
  return !Number.isNaN(ms) && hourOf(ms) === text;
}

export function isDay(text: string): boolean {
  return isHour(`${text}T00`);
}
