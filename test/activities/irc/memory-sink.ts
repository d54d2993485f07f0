import type { LineSink } from '../../../activities/kafka/line-sink.ts';
import type { CollectedLine } from '../../../activities/kafka/collected-line.ts';
import type { CoverageRecord, ListeningRecord } from '../../../activities/kafka/coverage-record.ts';

/** A sink that keeps everything in memory. Can be set to ask for a pause. */
export class MemorySink implements LineSink {
  readonly lines: CollectedLine[] = [];
  readonly records: ListeningRecord[] = [];
  flushes = 0;
  full = false;
  /** How often `send` returned false. */
  refusals = 0;
  #listener: () => void = () => {};

  send(line: CollectedLine): boolean {
    this.lines.push(line);
    if (this.full) this.refusals += 1;
    return !this.full;
  }

  onWritable(listener: () => void): void {
    this.#listener = listener;
  }

  coverage(record: CoverageRecord): void {
    if (record.kind !== 'tally' && record.kind !== 'fill') this.records.push(record);
  }

  async flush(): Promise<void> {
    this.flushes += 1;
  }

  free(): void {
    this.full = false;
    this.#listener();
  }

  /** The messages as text. */
  get messages(): string[] {
    return this.lines.filter(({ isMessage }) => isMessage).map(({ line }) => line.toString());
  }

  get ids(): string[] {
    return this.messages.map((line) => /[@;]id=([^; ]+)/.exec(line)?.[1] ?? '');
  }

  kinds(channelLogin?: string): string[] {
    const records = this.records.filter((record) => channelLogin === undefined || record.channelLogin === channelLogin);
    return records.map(({ kind }) => kind);
  }
}
