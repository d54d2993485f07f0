import type { CollectedLine } from '../kafka/collected-line.ts';
import type { SpillSegment } from '../spill/segment.ts';

/** A line in memory, from the pool or read from a segment. */
export interface QueuedLine extends CollectedLine {
  /** The run that received it, if it was read from a segment. */
  collector?: string;
  reading?: Reading;
}

/** A segment whose lines are being sent. */
interface Reading {
  segment: SpillSegment;
  unsettled: number;
}
