/** What a partition asks of the loader that it is a part of. */
export interface PartitionEvents {
  /** Fetch from this offset on, and from no other. */
  read(position: bigint): void;
  /** Fetch nothing until the next `read`. */
  pause(): void;
  /** Everything before `position` is in red. */
  committed(position: bigint, lastAppendedAtMs: number): void;
  /** Trying again cannot help. */
  failed(error: unknown): void;
}
