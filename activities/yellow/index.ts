import type { Log } from '../../common/log.ts';
import { dayOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { findHourGaps } from '../red/hour-gaps.ts';
import type { Refined } from './metrics.ts';
import { refineRedHour } from './refinement.ts';
import type { RefinementDeps } from './refinement.ts';

export interface HourRefined {
  hour: Hour;
  /** Number of red lines with this append hour. */
  lines: number;
  /** Hours of yellow that were written. */
  hours: Hour[];
  /** Days whose report must be published: the day of `hour` (its freshness changed), and the days of all written and all damaged hours. */
  days: Day[];
}

export interface RefineActivities {
  /** Refines the red of an hour. With boundaries the hour counts as complete, unless a file of red is missing; with null it is the open hour. */
  refineHour(input: { hour: Hour; boundariesPath: string | null }): Promise<HourRefined>;
}

type RefineActivityDeps = RefinementDeps & {
  /** Called after each refinement that succeeded. */
  onRefined?: (refined: Refined) => void;
  log: Log;
};

export function createRefineActivities(deps: RefineActivityDeps): RefineActivities {
  const { onRefined, log } = deps;
  return {
    refineHour: ({ hour, boundariesPath }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const startedAtMs = deps.now();
          // Before red is listed: a file that comes back meanwhile is at worst refined once more.
          const gaps = boundariesPath === null ? undefined : (await findHourGaps(deps, hour, boundariesPath)).gaps;
          const isComplete = gaps !== undefined && gaps.every(({ reason }) => reason === 'lost');
          const { lines, hours, damaged, kept } = await refineRedHour(deps, hour, isComplete, signal, gaps);
          if (damaged.length > 0)
            log.error(
              'late lines were not refined because manifests are damaged; the reports of their days show them',
              {
                hour,
                damaged,
              },
            );
          if (kept.length > 0)
            log.warn('hours of yellow stay as they are because red that they were made of is gone', { hour, kept });
          const days = [...new Set([hour, ...hours, ...damaged].map(dayOf))].sort();
          onRefined?.({ hour, startedAtMs, isComplete });
          log.info('hour refined', { hour, lines, hours });
          return { hour, lines, hours, days };
        }),
      ),
  };
}
