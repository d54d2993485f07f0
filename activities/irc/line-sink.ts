import type { CollectedLine } from '../kafka/collected-line.ts';
import type { CoverageRecord } from '../kafka/coverage-record.ts';

/** Where the pool puts what it receives. */
export interface LineSink {
  /** Takes the line, always. False: stop reading until {@link onWritable} fires. */
  send(line: CollectedLine): boolean;
  onWritable(listener: () => void): void;
  coverage(record: CoverageRecord): void;
  /** Resolves when everything taken so far is kept for good. */
  flush(): Promise<void>;
}
