import type { z } from 'zod';
import { CHARTS } from './charts/index.ts';
import type { DaySummary } from './day-summary.ts';
import { TABLES } from './tables/index.ts';

/** The parts of a day's page that have a query. */
export const PARTS = { ...CHARTS, ...TABLES };

/** The rows of each part, by name. */
export type DayRows = { [Name in keyof typeof PARTS]: z.infer<(typeof PARTS)[Name]['shape']>[] };

/** The data of a day's page. */
export interface DayData {
  summary: DaySummary;
  rows: DayRows;
}
