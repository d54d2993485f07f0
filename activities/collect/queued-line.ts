import type { CollectedLine } from '../kafka/collected-line.ts';
import type { SpillSegment } from '../spill/segment.ts';

/** A line in memory: as it came from the pool, or as it was read from a segment. */
export interface QueuedLine extends CollectedLine {
  /** The run that received it, where it was read. */
  collector?: string;
  reading?: Reading;
}

/** A segment whose lines are on their way. */
interface Reading {
  segment: SpillSegment;
  unsettled: number;
}
