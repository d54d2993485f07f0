import { addHours } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { YELLOW_TABLES } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';

/** The tables that questions read. Videos have files of days, and are not made of red. */
export type QueryTable = YellowTable | 'videos';

/**
 * A view over a table of yellow. The views of the schema `main` have the hours of the question. Those of `history` begin earlier: derived views
 * read them, because a room may have been joined, and a stream may have begun, before the first of these hours. So do those of `days`, whose
 * `hour` is a day.
 */
export interface Source {
  schema: 'main' | 'history' | 'days';
  table: QueryTable;
  hoursBack: number;
}

export const SOURCES: readonly Source[] = [
  ...YELLOW_TABLES.map((table): Source => ({ schema: 'main', table, hoursBack: 0 })),
  // A chat rarely goes on for more than a week without any record; a stream ends after two days.
  { schema: 'history', table: 'coverage', hoursBack: 7 * 24 },
  { schema: 'history', table: 'streams', hoursBack: 48 },
  // As long as a stream.
  { schema: 'days', table: 'videos', hoursBack: 48 },
];

/** The hours of a question, both included. Without one end, all hours on that side. */
export interface HourRange {
  from?: Hour | undefined;
  to?: Hour | undefined;
}

/** What a lake has: the hours of yellow, and the days with videos. */
export interface LakeTimes {
  lakeHours: readonly Hour[];
  videoDays: readonly Day[];
}

/** The hours of a source in the range, or its days. */
export function hoursOfSource({ table, hoursBack }: Source, lake: LakeTimes, { from, to }: HourRange): Hour[] {
  const first = from === undefined ? '' : addHours(from, -hoursBack);
  const times = table === 'videos' ? lake.videoDays : lake.lakeHours;
  return times.filter((time) => time >= first.slice(0, time.length) && (to === undefined || time <= to));
}
