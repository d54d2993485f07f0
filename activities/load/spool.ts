import { sizeOf } from './red-row.ts';
import type { RedRow } from './red-row.ts';

/**
 * The rows of one partition and hour that are not in red yet, in memory, with consecutive offsets. Kafka has the durable copy: a dropped
 * spool is read again.
 */
export class Spool {
  readonly hour: string;
  readonly from: bigint;
  /** When the first row arrived, on the loader's monotonic clock. */
  readonly openedAtMs: number;
  readonly rows: RedRow[] = [];
  #bytes = 0;

  constructor(options: { hour: string; from: bigint; openedAtMs: number }) {
    this.hour = options.hour;
    this.from = options.from;
    this.openedAtMs = options.openedAtMs;
  }

  /** One more than the offset of the last row. */
  get to(): bigint {
    return this.from + BigInt(this.rows.length);
  }

  /** Approximate memory of the rows. */
  get bytes(): number {
    return this.#bytes;
  }

  get lastAppendedAtMs(): number | undefined {
    return this.rows.at(-1)?.appendedAtMs;
  }

  append(row: RedRow): void {
    if (row.offset !== this.to) throw new Error(`Expected offset ${this.to} next in the spool, got ${row.offset}.`);
    this.rows.push(row);
    this.#bytes += sizeOf(row);
  }
}
