import type { IHeaders, Kafka, Message } from 'kafkajs';
import type { Log } from '../../workers/logger.ts';
import type { CollectedLine } from './collected-line.ts';
import type { CoverageRecord } from './coverage-record.ts';
import { createKafkaSender } from './kafka-sender.ts';
import { SendQueue } from './send-queue.ts';
import type { SendMessages } from './send-queue.ts';
import { SpillDirectory } from './spill-directory.ts';
import type { SpillOptions } from './spill-directory.ts';
import { SpillingQueue } from './spilling-queue.ts';
import { Tallies } from './tallies.ts';
import type { Topics } from './topics.ts';

/**
 * The collector's way into Kafka. It keeps every line it has taken until all replicas have acknowledged it, in the order of taking, for as
 * long as Kafka is away: in memory, and what memory has no room for on disk. A process that dies leaves what was on disk to the next one,
 * and loses what was in memory only; its missing tallies tell.
 */
export interface LineProducer {
  /**
   * Takes the line, always. Answers false when more than `highWaterBytes` wait in memory and the disk takes no more: the caller then stops
   * reading its sockets until {@link onWritable} fires.
   */
  send(line: CollectedLine): boolean;
  /** `listener` is called whenever half of memory or a tenth of the disk is free again after {@link send} has answered false. */
  onWritable(listener: () => void): void;
  /** Takes a coverage record. It has a queue of its own, so that it never waits behind lines. */
  coverage(record: CoverageRecord): void;
  /** Resolves when all lines and records taken so far are acknowledged. While Kafka is away it waits; it never rejects. */
  flush(): Promise<void>;
  /** Flushes, tells the last tallies, and disconnects. */
  close(): Promise<void>;
}

export interface LineProducerOptions {
  kafka: Kafka;
  topics: Topics;
  /** The name of this collector's run, in each record's headers. */
  collector: string;
  log: Log;
  /** Milliseconds since 1970. Default: the machine's clock. */
  now?: () => number;
  /** Bytes that may wait in memory. Default 32 MiB. */
  highWaterBytes?: number;
  /** Where lines go beyond that. Default: nowhere. */
  spill?: SpillOptions | undefined;
  /** What takes the place of the Kafka producer; for tests that make it fail. */
  sendMessages?: SendMessages;
}

const tallyIntervalMs = 1_000;

export function createLineProducer(options: LineProducerOptions): LineProducer {
  const { topics, collector, log, now = Date.now, highWaterBytes = 32 * 1024 * 1024, spill } = options;
  const connection = options.sendMessages ? withoutConnection(options.sendMessages) : createKafkaSender(options.kafka);
  const tallies = new Tallies(collector);
  const headersAt = createHeaders();
  const listeners: (() => void)[] = [];
  let closed = false;

  const lines = new SpillingQueue({
    topic: topics.chat,
    send: connection.send,
    toMessage: ({ key, line, receivedAtMs, collector: receiver = collector }) => ({
      key,
      value: line,
      headers: headersAt(receivedAtMs, receiver),
    }),
    onSettled: (line, acknowledged) => {
      if (line.isMessage) tallies.settled(line.receivedAtMs, acknowledged);
    },
    onWritable: () => listeners.forEach((listener) => listener()),
    highWaterBytes,
    disk: spill && new SpillDirectory({ ...spill, run: collector, log }),
    retryMs: spill?.retryMs ?? 5_000,
    log,
  });

  const records = new SendQueue<Message>({
    topic: topics.coverage,
    send: connection.send,
    toMessage: (message) => message,
    keyOf: () => collector,
    onSettled: () => {},
    log,
  });

  const tell = (record: CoverageRecord) => {
    const value = Buffer.from(JSON.stringify(record));
    records.push({ key: collector, value, headers: headersAt(now(), collector) }, value.length + collector.length);
  };

  const timer = setInterval(() => tallies.takeSettled(now()).forEach(tell), tallyIntervalMs);
  timer.unref();

  const flush = async () => {
    await lines.flush();
    tallies.takeSettled(now()).forEach(tell);
    await records.flush();
  };

  return {
    send(line) {
      if (closed)
        throw new Error('Expected no line after close() of the line producer, got one. Stop the sockets first.');
      if (line.isMessage) tallies.received(line.receivedAtMs);
      return lines.push(line);
    },
    onWritable: (listener) => void listeners.push(listener),
    coverage: tell,
    flush,
    async close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      await lines.close();
      tallies.takeAll().forEach(tell);
      await records.flush();
      await connection.disconnect();
    },
  };
}

function withoutConnection(send: SendMessages): { send: SendMessages; disconnect: () => Promise<void> } {
  return { send, disconnect: () => Promise.resolve() };
}

/** The headers of a record that a collector received at a time. Records of the same millisecond share one object. */
function createHeaders(): (receivedAtMs: number, collector: string) => IHeaders {
  let latest = { receivedAtMs: -1, collector: '', headers: {} as IHeaders };
  return (receivedAtMs, collector) => {
    if (receivedAtMs !== latest.receivedAtMs || collector !== latest.collector)
      latest = { receivedAtMs, collector, headers: { receivedAt: String(receivedAtMs), collector } };
    return latest.headers;
  };
}
