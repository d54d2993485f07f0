import { addHours } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import { YELLOW_TABLES } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';

/**
 * A view over a table of yellow. The views of the schema `main` have the hours of the question. Those of `history` begin earlier: derived views
 * read them, because a room may have been joined, and a stream may have begun, before the first of these hours.
 */
export interface Source {
  schema: 'main' | 'history';
  table: YellowTable;
  hoursBack: number;
}

export const SOURCES: readonly Source[] = [
  ...YELLOW_TABLES.map((table): Source => ({ schema: 'main', table, hoursBack: 0 })),
  // A chat rarely goes on for more than a week without any record; a stream ends after two days.
  { schema: 'history', table: 'coverage', hoursBack: 7 * 24 },
  { schema: 'history', table: 'streams', hoursBack: 48 },
];

/** The hours of a question, both included. Without one end, all hours on that side. */
export interface HourRange {
  from?: Hour | undefined;
  to?: Hour | undefined;
}

export function hoursOfSource({ hoursBack }: Source, lakeHours: readonly Hour[], { from, to }: HourRange): Hour[] {
  const first = from === undefined ? undefined : addHours(from, -hoursBack);
  return lakeHours.filter((hour) => (first === undefined || hour >= first) && (to === undefined || hour <= to));
}
