import type { Hour } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { compactRedHour } from './compaction.ts';
import type { CompactionDeps, HourCompacted } from './compaction.ts';

export interface CompactActivities {
  /** Unites the tiles of an hour that is complete in red; see {@link compactRedHour}. */
  compactHour(input: { hour: Hour }): Promise<HourCompacted>;
}

export function createCompactActivities(deps: CompactionDeps): CompactActivities {
  return {
    compactHour: ({ hour }) => mappingErrors(() => withHeartbeats((signal) => compactRedHour(deps, hour, signal))),
  };
}
