import { hourOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { publishGapsOfDay } from './publish.ts';
import type { GapDeps } from './publish.ts';
import { daysWithGapsOf } from './days.ts';
import { earliestHour } from './earliest-hour.ts';

export interface GapsPublished {
  days: Day[];
  /** Rows of all of these days. */
  gaps: number;
}

export interface GapActivities {
  /** Writes `yellow/gaps` of the days whose gaps can change with the records that arrived in this hour, which is complete. Idempotent. */
  publishGaps(input: { hour: Hour }): Promise<GapsPublished>;
}

export function createGapActivities(deps: GapDeps): GapActivities {
  return {
    publishGaps: ({ hour }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const openHour = hourOf(deps.now());
          const days = daysWithGapsOf({ earliest: await earliestHour(deps, hour), hour, openHour });
          let gaps = 0;
          for (const day of days) gaps += await publishGapsOfDay(deps, day, { hour, openHour }, signal);
          return { days, gaps };
        }),
      ),
  };
}
