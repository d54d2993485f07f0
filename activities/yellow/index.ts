import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Log } from '../../common/log.ts';
import { type Day, type Hour, dayOf } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { createGate } from '../gate.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { type HourCompacted, compactRedHour } from '../compact/compaction.ts';
import type { UnionFiles } from '../compact/union-files.ts';
import { type OffsetsAt, takeBoundaries } from '../red/boundaries.ts';
import { lackingOf } from '../red/lacking.ts';
import { type RefinementDeps, refineRedHour } from './refinement.ts';

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
  /** Takes the boundaries of an ended hour from Kafka, once. Throws non-retryably for an hour that has not ended. */
  takeBoundaries(input: { hour: Hour }): Promise<{ path: string }>;
  /** Returns when the tiles of red cover the boundaries. */
  waitForTiles(input: { hour: Hour; boundariesPath: string }): Promise<void>;
  /** Unites the tiles of an hour whose red is complete; see {@link compactRedHour}. */
  compactHour(input: { hour: Hour }): Promise<HourCompacted>;
  /** Makes yellow from the hour's red. With boundaries the hour counts as complete; with null it is the open hour so far. */
  refineHour(input: { hour: Hour; boundariesPath: string | null }): Promise<HourRefined>;
}

export interface RefineActivityDeps extends RefinementDeps {
  offsetsAt: OffsetsAt;
  unionFiles: UnionFiles;
  /** Runs one piece of work after the other: shared with whoever else reads or writes yellow in this process. */
  oneAtATime: <T>(work: () => Promise<T>) => Promise<T>;
  log: Log;
}

const LOOK_EVERY_MS = 2_000;

export function createRefineActivities(deps: RefineActivityDeps): RefineActivities {
  const { log, oneAtATime } = deps;
  // Beside refinements, which find a union as well as its parts; but one at a time, for the sake of the disk.
  const oneCompaction = createGate(1);

  return {
    takeBoundaries: ({ hour }) => mappingErrors(async () => ({ path: await takeBoundaries(deps, hour) })),

    waitForTiles: ({ hour, boundariesPath }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          let said: string | undefined;
          for (
            let lack = await lackingOf(deps, hour, boundariesPath);
            lack !== undefined;
            lack = await lackingOf(deps, hour, boundariesPath)
          ) {
            if (lack !== said) log.info('waiting for red', { hour, lack });
            said = lack;
            await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => Context.current().cancelled);
          }
        }),
      ),

    compactHour: ({ hour }) =>
      mappingErrors(() =>
        withHeartbeats((signal) =>
          oneCompaction(async () => {
            // Its attempt may have been given up while it stood in line; the same below.
            signal.throwIfAborted();
            return compactRedHour(deps, hour, signal);
          }),
        ),
      ),

    refineHour: ({ hour, boundariesPath }) =>
      mappingErrors(() =>
        withHeartbeats((signal) =>
          // Two refinements may touch the same hour of yellow, and the later one must read what the earlier one wrote.
          oneAtATime(async () => {
            signal.throwIfAborted();
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
      ),
  };
}
