import type { Log } from '../../common/log.ts';
import { dayOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { refineRedHour } from './refinement.ts';
import type { RefinementDeps } from './refinement.ts';

/** What a refinement tells to Temporal. */
export interface HourRefined {
  hour: Hour;
  /** Lines of red with this append hour. */
  lines: number;
  /** Hours of yellow that were made anew. */
  hours: Hour[];
  /** Days whose report they change, the hour's own always among them: its freshness changed. So are those with a manifest that cannot be read. */
  days: Day[];
}

export interface RefineActivities {
  /** Makes yellow from the hour's red. With boundaries the hour counts as complete; with null it is the open hour so far. */
  refineHour(input: { hour: Hour; boundariesPath: string | null }): Promise<HourRefined>;
}

export function createRefineActivities(deps: RefinementDeps & { log: Log }): RefineActivities {
  const { log } = deps;
  return {
    refineHour: ({ hour, boundariesPath }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const { lines, hours, damaged } = await refineRedHour(deps, hour, boundariesPath !== null, signal);
          if (damaged.length > 0)
            log.error('late lines are not in yellow: manifests cannot be read, as the reports of their days say', {
              hour,
              damaged,
            });
          const days = [...new Set([hour, ...hours, ...damaged].map(dayOf))].sort();
          log.info('hour refined', { hour, lines, hours });
          return { hour, lines, hours, days };
        }),
      ),
  };
}
