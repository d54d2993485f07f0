import type { IHeaders, Kafka } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import type { CollectedLine } from '../kafka/collected-line.ts';
import { TALLY_WINDOW_MS } from '../kafka/coverage-record.ts';
import type { CoverageRecord } from '../kafka/coverage-record.ts';
import { HeldRecords } from './held-records.ts';
import { createKafkaSender } from './sender.ts';
import type { QueuedLine } from './queued-line.ts';
import type { SendMessages } from './send-queue.ts';
import { SpillDirectory } from '../spill/directory.ts';
import type { SpillOptions } from '../spill/directory.ts';
import { SpillingQueue } from './spilling-queue.ts';
import type { ClosingTimes, QueueProgress } from './spilling-queue.ts';
import { Tallies } from './tallies.ts';
import type { Topics } from '../kafka/topics.ts';

/**
 * The collector's way into Kafka. It keeps every line and record, in order, until all replicas have acknowledged it: in memory, and on disk
 * what memory has no room for. It can be created while Kafka is down. If it is closed then, it writes its memory to disk, and the next run
 * sends it. A killed process leaves what was on disk to the next run and loses what was in memory only, which its missing tallies show.
 */
export interface LineProducer {
  /**
   * Always takes the line. Returns false if memory holds more than `highWaterBytes` and the disk takes no more: the caller then stops reading
   * its sockets until {@link onWritable} fires.
   */
  send(line: CollectedLine): boolean;
  /** Calls `listener` when half of memory or a tenth of the disk is free again after {@link send} has returned false. */
  onWritable(listener: () => void): void;
  /** Reports windows only up to `completeUpToMs()`, in milliseconds since 1970: everything sent before that has arrived. */
  limitTallies(completeUpToMs: () => number): void;
  /**
   * Takes a coverage record, which never waits behind lines: it has a queue of its own. If neither memory nor disk has room, two records per
   * channel are held, so that coverage claims less than was heard and never more.
   */
  coverage(record: CoverageRecord): void;
  /** What came in and went out since the start. */
  progress(): ProducerProgress;
  /** Resolves when all lines and records taken so far are acknowledged, however long that takes. Never rejects. */
  flush(): Promise<void>;
  /**
   * Sends what is left, reports the last tallies, and disconnects. What Kafka does not acknowledge in time is kept on disk, and its windows
   * are not reported. It ends whatever Kafka and the disk do: see {@link LineProducerOptions.closing}.
   */
  close(): Promise<void>;
}

type ToldKind = Exclude<CoverageRecord['kind'], 'tally'>;

/** Everything but `waitingBytes` only grows. */
export interface ProducerProgress extends QueueProgress {
  /** Lines that were taken. */
  received: number;
  /** Coverage records that were taken, by kind. */
  coverage: Readonly<Record<ToldKind, number>>;
  /** Coverage says that everything up to here was heard, in milliseconds since 1970; undefined before the first tally. */
  talliedUntilMs: number | undefined;
}

export interface LineProducerOptions {
  kafka: Kafka;
  topics: Topics;
  /** The name of this collector's run, in each record's headers. */
  collector: string;
  log: Log;
  /** Milliseconds since 1970. Default: the machine's clock. */
  now?: () => number;
  /** Bytes of lines that may wait in memory. Default 32 MiB. */
  highWaterBytes?: number;
  /** Where further lines go. Coverage records go to `<directory>-coverage` and have a limit of their own. Default: nowhere. */
  spill?: SpillOptions | undefined;
  /** How long {@link LineProducer.close} waits. Default: 10 s before lines go to disk; 40 s before they are given up if that fails. */
  closing?: ClosingTimes;
  /** Replaces the Kafka producer, for tests. */
  sendMessages?: SendMessages;
}

const TALLY_INTERVAL_MS = 1_000;
/** Some 15,000 coverage records. */
const COVERAGE_HIGH_WATER_BYTES = 4 * 1024 * 1024;
/** Room for coverage records on disk, as a share of the room for lines. */
const COVERAGE_SHARE = 1 / 16;
/** Records are sent after the lines. If the lines took all the time to close, records have this share of it again. */
const LAST_SHARE = 0.2;

export function createLineProducer(options: LineProducerOptions): LineProducer {
  const { topics, collector, log, now = Date.now, highWaterBytes = 32 * 1024 * 1024, spill } = options;
  const { sendMessages, closing = { keepMs: 10_000, giveUpMs: 40_000 } } = options;
  const sender = sendMessages
    ? { send: sendMessages, disconnect: () => Promise.resolve() }
    : createKafkaSender(options.kafka);
  const tallies = new Tallies(collector);
  const headersAt = createHeaders();
  const listeners: (() => void)[] = [];
  let completeUpToMs = now;
  let closed = false;
  let received = 0;
  const taken: Record<ToldKind, number> = { join: 0, loss: 0, end: 0, fill: 0 };
  let talliedUntilMs: number | undefined;

  const common = {
    send: sender.send,
    toMessage: ({ key, line, receivedAtMs, collector: receiver = collector }: QueuedLine) => ({
      key,
      value: line,
      headers: headersAt(receivedAtMs, receiver),
    }),
    retryMs: spill?.retryMs ?? 5_000,
    log,
  };

  const lines = new SpillingQueue({
    ...common,
    topic: topics.chat,
    onSettled: (line, acknowledged) => {
      if (line.isMessage) tallies.settled(line.receivedAtMs, acknowledged);
    },
    onWritable: () => listeners.forEach((listener) => listener()),
    highWaterBytes,
    disk: spill && new SpillDirectory({ ...spill, run: collector, log }),
  });

  const records = new SpillingQueue({
    ...common,
    topic: topics.coverage,
    onSettled: () => {},
    onWritable: () => release(),
    highWaterBytes: COVERAGE_HIGH_WATER_BYTES,
    disk: spill && new SpillDirectory({ ...coverageSpill(spill), run: collector, log }),
  });

  const held = new HeldRecords();
  let isFull = false;

  const pass = (record: CoverageRecord) => {
    const line = Buffer.from(JSON.stringify(record));
    held.passed(record);
    if (records.push({ key: collector, line, receivedAtMs: now(), isMessage: false }) || isFull || closed) return;
    isFull = true;
    log.warn('Kafka is down and there is no room for more coverage records: two per channel are held');
  };

  const tell = (record: CoverageRecord) => {
    if (isFull && record.kind !== 'tally' && record.kind !== 'fill') held.hold(record);
    else pass(record);
  };

  const release = () => {
    isFull = false;
    const { records: released, leftOut } = held.take();
    if (leftOut > 0) log.warn('coverage records were left out: coverage claims less than was heard', { leftOut });
    released.forEach(tell);
  };

  // While records have no room, windows wait as counts of a hundred bytes each. None is lost.
  const reportSettled = () => {
    if (isFull) return;
    const settled = tallies.takeSettled(now(), completeUpToMs());
    settled.forEach(tell);
    const last = settled.at(-1);
    if (last !== undefined) talliedUntilMs = Math.max(talliedUntilMs ?? 0, Date.parse(last.window) + TALLY_WINDOW_MS);
  };
  const timer = setInterval(reportSettled, TALLY_INTERVAL_MS);
  timer.unref();

  const flush = async () => {
    await lines.flush();
    reportSettled();
    await records.flush();
    release();
    await records.flush();
  };

  return {
    send(line) {
      if (closed)
        throw new Error('Expected no line after close() of the line producer, got one. Stop the sockets first.');
      received++;
      if (line.isMessage) tallies.received(line.receivedAtMs);
      return lines.push(line);
    },
    onWritable: (listener) => void listeners.push(listener),
    limitTallies: (source) => void (completeUpToMs = source),
    coverage(record) {
      if (record.kind !== 'tally') taken[record.kind]++;
      tell(record);
    },
    progress: () => ({ received, ...lines.progress, coverage: { ...taken }, talliedUntilMs }),
    flush,
    async close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      const startedAt = performance.now();
      const ending = await lines.close(closing);
      // The next run sends what was kept, so a window with such lines would be reported with fewer messages than red will have.
      const told = ending === 'kept' ? tallies.takeSettled(Infinity) : tallies.takeAll();
      [...held.take().records, ...told].forEach(pass);
      await records.close(remaining(closing, performance.now() - startedAt));
      await sender.disconnect();
    },
  };
}

/** Where coverage records go when lines go to `directory`. */
export const coverageDirectory = (directory: string): string => `${directory}-coverage`;

function coverageSpill(spill: SpillOptions): SpillOptions {
  return {
    ...spill,
    directory: coverageDirectory(spill.directory),
    maxBytes: spill.maxBytes === 0 ? 0 : Math.ceil(spill.maxBytes * COVERAGE_SHARE),
  };
}

function remaining({ keepMs, giveUpMs }: ClosingTimes, elapsedMs: number): ClosingTimes {
  const left = (ms: number): number => Math.max(ms - elapsedMs, ms * LAST_SHARE);
  return { keepMs: left(keepMs), giveUpMs: left(giveUpMs) };
}

/** Makes the headers of a record. Lines that one collector received in the same millisecond share one object. */
function createHeaders(): (receivedAtMs: number, collector: string) => IHeaders {
  let latest = { receivedAtMs: -1, collector: '', headers: {} as IHeaders };
  return (receivedAtMs, collector) => {
    if (receivedAtMs !== latest.receivedAtMs || collector !== latest.collector)
      latest = { receivedAtMs, collector, headers: { receivedAt: String(receivedAtMs), collector } };
    return latest.headers;
  };
}
