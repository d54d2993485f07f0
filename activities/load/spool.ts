import { sizeOf } from './red-row.ts';
import type { RedRow } from './red-row.ts';

/**
 * The rows of one partition and hour that are not in red yet, in memory, in the order of their offsets and without a hole between them.
 * Kafka is the durable copy: a spool may be thrown away at any time, and its rows are read again.
 */
export class Spool {
  readonly hour: string;
  /** Offset of the first row. */
  readonly from: bigint;
  /** When the first row came, on the clock that the loader measures ages with. */
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

  /** About how much memory the rows take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The append time of the last row; undefined without rows. */
  get lastAppendedAtMs(): number | undefined {
    return this.rows.at(-1)?.appendedAtMs;
  }

  append(row: RedRow): void {
    if (row.offset !== this.to) throw new Error(`Expected offset ${this.to} next in the spool, got ${row.offset}.`);
    this.rows.push(row);
    this.#bytes += sizeOf(row);
  }
}
