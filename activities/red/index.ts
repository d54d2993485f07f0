import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Hour } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { takeBoundaries } from './boundaries.ts';
import type { OffsetsAt } from './boundaries.ts';
import { describeMissingOffsets } from './missing-offsets.ts';

export interface RedActivities {
  /** Takes the boundaries of an ended hour from Kafka, once. Throws non-retryably for an hour that has not ended. */
  takeBoundaries(input: { hour: Hour }): Promise<{ path: string }>;
  /**
   * Looks once whether the tiles of red cover the boundaries, and fails where they do not yet: Temporal looks again by the retry policy. So
   * an hour that waits holds no slot, and its pending activity says what is missing.
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
        throw ApplicationFailure.create({
          message: `Red is not complete for ${hour} yet: ${missing}. It is looked at again; if this stays, see whether the loader runs.`,
          type: 'RedIncomplete',
          // Waiting is no failure: workers neither warn about it nor count it.
          category: ApplicationFailureCategory.BENIGN,
        });
      }),
  };
}
