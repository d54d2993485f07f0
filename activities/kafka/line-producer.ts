import { Partitioners } from 'kafkajs';
import type { IHeaders, Kafka, Message } from 'kafkajs';
import type { Log } from '../../workers/logger.ts';
import type { CollectedLine } from './collected-line.ts';
import type { CoverageRecord } from './coverage-record.ts';
import { SendQueue } from './send-queue.ts';
import type { SendMessages } from './send-queue.ts';
import { Tallies } from './tallies.ts';
import type { Topics } from './topics.ts';

/**
 * The collector's way into Kafka. It keeps every line it has taken until all replicas have acknowledged it, in the order of taking, for as
 * long as Kafka is away. Lines are not written to disk: a process that dies loses what was not acknowledged, and its missing tallies tell.
 */
export interface LineProducer {
  /**
   * Takes the line, always. Answers false when more than `highWaterBytes` wait: the caller then stops reading its sockets until
   * {@link onWritable} fires.
   */
  send(line: CollectedLine): boolean;
  /** `listener` is called whenever half of the high-water mark is free again after {@link send} has answered false. */
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
  /** Bytes that may wait before {@link LineProducer.send} answers false. Default 32 MiB. */
  highWaterBytes?: number;
  /** What takes the place of the Kafka producer; for tests that make it fail. */
  sendMessages?: SendMessages;
}

const tallyIntervalMs = 1_000;

/** @throws an error of kafkajs when no broker can be reached at the start */
export async function createLineProducer(options: LineProducerOptions): Promise<LineProducer> {
  const { topics, collector, log, now = Date.now, highWaterBytes = 32 * 1024 * 1024 } = options;
  const connection = options.sendMessages ? withoutConnection(options.sendMessages) : await connect(options.kafka);
  const tallies = new Tallies(collector);
  const headersAt = createHeaders(collector);
  const listeners: (() => void)[] = [];
  let full = false;
  let closed = false;

  const lines = new SendQueue<CollectedLine>({
    topic: topics.chat,
    send: connection.send,
    toMessage: ({ key, line, receivedAtMs }) => ({ key, value: line, headers: headersAt(receivedAtMs) }),
    onSettled: (line, acknowledged) => {
      if (line.isMessage) tallies.settled(line.receivedAtMs, acknowledged);
      if (!full || lines.waitingBytes > highWaterBytes / 2) return;
      full = false;
      for (const listener of listeners) listener();
    },
    log,
  });

  const records = new SendQueue<Message>({
    topic: topics.coverage,
    send: connection.send,
    toMessage: (message) => message,
    onSettled: () => {},
    log,
  });

  const tell = (record: CoverageRecord) => {
    const value = Buffer.from(JSON.stringify(record));
    records.push({ key: collector, value, headers: headersAt(now()) }, value.length + collector.length);
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
      lines.push(line, line.line.length + line.key.length);
      if (lines.waitingBytes > highWaterBytes) full = true;
      return !full;
    },
    onWritable: (listener) => void listeners.push(listener),
    coverage: tell,
    flush,
    async close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      await lines.flush();
      tallies.takeAll().forEach(tell);
      await records.flush();
      await connection.disconnect();
    },
  };
}

interface Connection {
  send: SendMessages;
  disconnect(): Promise<void>;
}

async function connect(kafka: Kafka): Promise<Connection> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return {
    send: async (topic, messages) => void (await producer.send({ topic, messages, acks: -1 })),
    disconnect: () => producer.disconnect(),
  };
}

function withoutConnection(send: SendMessages): Connection {
  return { send, disconnect: () => Promise.resolve() };
}

/** The headers of a record received at a time. Records of the same millisecond share one object. */
function createHeaders(collector: string): (receivedAtMs: number) => IHeaders {
  let latestMs = -1;
  let latest: IHeaders = {};
  return (receivedAtMs) => {
    if (receivedAtMs !== latestMs) {
      latestMs = receivedAtMs;
      latest = { receivedAt: String(receivedAtMs), collector };
    }
    return latest;
  };
}
