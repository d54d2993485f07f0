import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Hour } from '../../workflows/hour.ts';
import { FactError, mappingErrors } from '../errors.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { takeBoundaries } from './boundaries.ts';
import type { OffsetsAt } from './boundaries.ts';
import { describeMissingOffsets } from './missing-offsets.ts';
import { isRemoved } from './removed.ts';

export interface RedActivities {
  /** Stores the boundaries of an ended hour, once. Fails without retry if the hour has not ended. */
  takeBoundaries(input: { hour: Hour }): Promise<{ path: string }>;
  /**
   * Checks once whether the tiles of red cover the boundaries, and fails if not. Temporal retries it. So a waiting hour holds no slot, and
   * its pending activity shows what is missing.
   */
  waitForTiles(input: { hour: Hour; boundariesPath: string }): Promise<void>;
}

export interface RedActivityDeps {
  hdfs: Hdfs;
  root: string;
  offsetsAt: OffsetsAt;
  now: () => number;
}

export function createRedActivities(deps: RedActivityDeps): RedActivities {
  return {
    takeBoundaries: ({ hour }) => mappingErrors(async () => ({ path: await takeBoundaries(deps, hour) })),

    waitForTiles: ({ hour, boundariesPath }) =>
      mappingErrors(async () => {
        const missing = await describeMissingOffsets(deps, hour, boundariesPath);
        if (missing === undefined) return;
        if (await isRemoved(deps.hdfs, deps.root, hour)) {
          throw new FactError(
            `Expected red of ${hour}, but retention has removed it (RED_KEEP_DAYS). Yellow keeps what was made of it. Leave the hour out.`,
            { facts: { hour }, retryable: false },
          );
        }
        throw ApplicationFailure.create({
          message: `Red is not complete for ${hour} yet: ${missing}. The check is retried. If this does not change, check whether the loader runs.`,
          type: 'RedIncomplete',
          // Waiting is not a failure: workers must not log or count it as one.
          category: ApplicationFailureCategory.BENIGN,
        });
      }),
  };
}
