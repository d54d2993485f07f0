import type { KafkaMessage } from 'kafkajs';

/** A record as the producer made it. */
export interface LogRecord {
  offset: number;
  appendedAtMs: number;
  /** The message's id; a message that two collectors sent has the same. */
  id: string;
  sentAtMs: number;
}

/** The log of one partition. What retention has removed is remembered here, for those who check, and no loader can read it any more. */
export class KafkaLog {
  readonly partition: number;
  /** By offset; offsets without a record have none. */
  readonly records: (LogRecord | undefined)[] = [];
  start = 0;

  constructor(partition: number) {
    this.partition = partition;
  }

  /** The offset that the next record gets. */
  get end(): number {
    return this.records.length;
  }

  append(record: Omit<LogRecord, 'offset'>): void {
    this.records.push({ ...record, offset: this.end });
  }

  /** Offsets that no record ever gets. */
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

  /** The next records that there are, from an offset on; a consumer whose offset is gone gets those at the start. */
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
