import { DAY_CHARTS } from './charts/day/index.ts';
import type { DaySummary } from './day-summary.ts';
import type { RowsOf } from './parts.ts';
import { DAY_TABLES } from './tables/day/index.ts';

/** The parts of a day's page that have a query. */
export const DAY_PARTS = { ...DAY_CHARTS, ...DAY_TABLES };

/** The data of a day's page. */
export interface DayData {
  summary: DaySummary;
  rows: RowsOf<typeof DAY_PARTS>;
}
