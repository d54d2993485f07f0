import type { CollectedLine } from './collected-line.ts';
import type { CoverageRecord } from './coverage-record.ts';

/** Where the pool sends what it receives. */
export interface LineSink {
  /** Always takes the line. Returns false if the caller should stop reading until {@link onWritable} fires. */
  send(line: CollectedLine): boolean;
  onWritable(listener: () => void): void;
  coverage(record: CoverageRecord): void;
  /** Resolves when Kafka has acknowledged everything taken so far, or it is on disk. */
  flush(): Promise<void>;
}
