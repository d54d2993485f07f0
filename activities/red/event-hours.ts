import { hourOf } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import { IMPORT_PREFIX, OLDEST_IMPORTED_MS } from '../kafka/imported-line.ts';

/** The key of the metadata of a tile that has its event hours, separated by spaces. */
export const EVENT_HOURS_KEY = 'event_hours';

/** A line of chat, as far as its event hour depends on it. */
interface TimedLine {
  appendedAtMs: number;
  receivedAtMs: number | null;
  collector: Buffer | null;
  line: Buffer | null;
}

const TIME_TAG = 'tmi-sent-ts=';
const [AT_SIGN, SPACE, SEMICOLON] = [0x40, 0x20, 0x3b];
const WEEK_MS = 7 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const IMPORT = Buffer.from(IMPORT_PREFIX);

/**
 * The hours of yellow to which lines can belong, by the rule of `activities/yellow/sql/times.sql`. It is written into a tile, so that yellow need not
 * parse the tile to know. It may have an hour too many, because it does not look at the command, but never one too few. A test holds both rules
 * together.
 * @returns undefined if a line has its time in an unusual place: then only SQL knows
 */
export function eventHoursOf(lines: readonly TimedLine[]): Hour[] | undefined {
  const hours = new Set<number>();
  for (const line of lines) {
    const timeMs = eventTimeOf(line);
    if (timeMs === undefined) return undefined;
    hours.add(Math.floor(timeMs / HOUR_MS));
  }
  return [...hours].sort((a, b) => a - b).map((hour) => hourOf(hour * HOUR_MS));
}

function eventTimeOf({ appendedAtMs, receivedAtMs, collector, line }: TimedLine): number | undefined {
  const isImport = collector?.subarray(0, IMPORT.length).equals(IMPORT) ?? false;
  const oldestMs = isImport ? OLDEST_IMPORTED_MS : appendedAtMs - WEEK_MS;
  const isPlausible = (ms: number): boolean => ms >= oldestMs && ms <= appendedAtMs + HOUR_MS;
  const sentAtMs = line === null || isImport ? null : sentTimeOf(line);
  if (sentAtMs === undefined) return undefined;
  if (sentAtMs !== null && isPlausible(sentAtMs)) return sentAtMs;
  return receivedAtMs !== null && isPlausible(receivedAtMs) ? receivedAtMs : appendedAtMs;
}

/** The digits of the only `tmi-sent-ts`, which is not the first tag; null if there is none; undefined if the tags have it in any other way. */
function sentTimeOf(line: Buffer): number | null | undefined {
  const end = line.indexOf(SPACE);
  if (line[0] !== AT_SIGN || end === -1) return null;
  const tags = line.subarray(0, end);
  const at = tags.indexOf(TIME_TAG);
  if (at === -1) return null;
  if (tags[at - 1] !== SEMICOLON || tags.includes(TIME_TAG, at + TIME_TAG.length)) return undefined;
  const digits = /^\d{1,15}(?=;|$)/.exec(tags.toString('latin1', at + TIME_TAG.length));
  return digits === null ? undefined : Number(digits[0]);
}
