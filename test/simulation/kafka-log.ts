import type { KafkaMessage } from 'kafkajs';

/** A record of the producer. */
export interface LogRecord {
  offset: number;
  appendedAtMs: number;
  /** The id of the message. Copies from two collectors have the same id. */
  id: string;
  sentAtMs: number;
}

/** The log of one partition. It keeps removed records for the checks, but loaders cannot read them. */
export class KafkaLog {
  readonly partition: number;
  /** By offset. Some offsets have no record. */
  readonly records: (LogRecord | undefined)[] = [];
  start = 0;

  constructor(partition: number) {
    this.partition = partition;
  }

  /** The offset of the next record. */
  get end(): number {
    return this.records.length;
  }

  append(record: Omit<LogRecord, 'offset'>): void {
    this.records.push({ ...record, offset: this.end });
  }

  /** Offsets without a record. */
  skip(count: number): void {
    for (let skipped = 0; skipped < count; skipped++) this.records.push(undefined);
  }

  removeBefore(offset: number): void {
    this.start = Math.max(this.start, offset);
  }

  firstOffsetFrom(timeMs: number): number {
    const found = this.records.find(
      (record) => record !== undefined && record.offset >= this.start && record.appendedAtMs >= timeMs,
    );
    return found?.offset ?? this.end;
  }

  /** The next records from an offset. If that offset was removed, the records at the start of the log. */
  batch(position: number, count: number): KafkaMessage[] {
    const batch: KafkaMessage[] = [];
    for (let offset = Math.max(position, this.start); offset < this.end && batch.length < count; offset++) {
      const record = this.records[offset];
      if (record !== undefined) batch.push(messageOf(record));
    }
    return batch;
  }

  hasAny(position: number): boolean {
    for (let offset = Math.max(position, this.start); offset < this.end; offset++) {
      if (this.records[offset] !== undefined) return true;
    }
    return false;
  }
}

function messageOf({ offset, appendedAtMs, id, sentAtMs }: LogRecord): KafkaMessage {
  return {
    key: null,
    value: Buffer.from(`${id} ${sentAtMs}`),
    timestamp: String(appendedAtMs),
    attributes: 0,
    offset: String(offset),
    headers: {},
  };
}
