import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Hour } from '../../workflows/hour.ts';
import { FactError, mappingErrors } from '../errors.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { takeBoundaries } from './boundaries.ts';
import type { OffsetsAt } from './boundaries.ts';
import { findHourGaps } from './hour-gaps.ts';
import { describeMissingOffsets } from './missing-offsets.ts';
import { isRemoved } from './removed.ts';

export interface RedActivities {
  /** Stores the boundaries of an ended hour, once. Fails without retry if the hour has not ended. */
  takeBoundaries(input: { hour: Hour }): Promise<{ path: string }>;
  /**
   * Checks once whether the tiles of red cover the boundaries, and fails if not. Temporal retries it. So a waiting hour holds no slot, and
   * its pending activity shows what is missing. If the settings say so, it does not wait for missing files, unless `untilWhole` is set.
   */
  waitForTiles(input: { hour: Hour; boundariesPath: string; untilWhole?: boolean }): Promise<{ hasGaps: boolean }>;
}

export interface RedActivityDeps {
  hdfs: Hdfs;
  root: string;
  offsetsAt: OffsetsAt;
  /** What an hour does if a file of red is missing: it waits for the file, or is published without it and again with it. */
  hoursWithGaps: 'wait' | 'publish';
  now: () => number;
}

export function createRedActivities(deps: RedActivityDeps): RedActivities {
  return {
    takeBoundaries: ({ hour }) => mappingErrors(async () => ({ path: await takeBoundaries(deps, hour) })),

    waitForTiles: ({ hour, boundariesPath, untilWhole = false }) =>
      mappingErrors(async () => {
        const missing = await describeMissingOffsets(deps, hour, boundariesPath);
        if (missing === undefined) return { hasGaps: false };
        if (await isRemoved(deps.hdfs, deps.root, hour)) {
          throw new FactError(
            `Expected red of ${hour}, but retention has removed it (RED_KEEP_DAYS). Yellow of the hour stays as it is. Leave the hour out.`,
            { facts: { hour }, retryable: false },
          );
        }
        const { gaps, isLoading } = await findHourGaps(deps, hour, boundariesPath);
        const isGap = gaps.some(({ reason }) => reason === 'missing') && !isLoading;
        if (isGap && deps.hoursWithGaps === 'publish' && !untilWhole) return { hasGaps: true };
        const remedy = isGap
          ? 'The loader is past these offsets, so a file of red was removed: put it back, or set HOURS_WITH_GAPS=publish.'
          : 'If this does not change, check whether the loader runs.';
        throw ApplicationFailure.create({
          message: `Red is not complete for ${hour} yet: ${missing}. The check is retried. ${remedy}`,
          type: 'RedIncomplete',
          // Waiting is not a failure: workers must not log or count it as one.
          category: ApplicationFailureCategory.BENIGN,
        });
      }),
  };
}
