/** How a partition controls its loader. */
export interface PartitionEvents {
  /** Fetch from this offset. */
  read(position: bigint): void;
  /** Fetch nothing until the next `read`. */
  pause(): void;
  /** All records before `position` are in red. */
  committed(position: bigint, lastAppendedAtMs: number): void;
  /** The load must end with this error. */
  failed(error: unknown): void;
}
