import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import { RED_TABLES } from '../red/tables.ts';
import type { Topics } from '../kafka/topics.ts';
import type { AssignedPartitions, FetchControl, TopicPartition } from './assigned-partitions.ts';
import { commitMetadata } from './status.ts';

interface GroupMemberOptions {
  kafka: Kafka;
  topics: Topics;
  groupId: string;
  log: Log;
}

/** A consumer that shows no sign of life for so long is stuck; another takes its place. */
const STUCK_AFTER_MS = 120_000;
const TICK_MS = 250;

/**
 * The member of the consumer group. It hands what kafkajs tells to the {@link AssignedPartitions}, and what they want to kafkajs:
 *
 * - when the group has come together (`GROUP_JOIN`, before anything is fetched) the partitions are assigned;
 * - each confirmed heartbeat of the group lets partitions that lost their epoch take over anew;
 * - kafkajs keeps no position of its own that counts: it seeks where it is told, and the offsets it commits are advice to people;
 * - a crash of the consumer ends the load, which is then begun anew from outside. kafkajs would start it again by itself after a pause, and
 *   does so even when it was told to disconnect meanwhile: a member without an owner would then hold its partitions and load nothing.
 */
export class GroupMember implements FetchControl {
  readonly #options: GroupMemberOptions;
  readonly #consumer: Consumer;
  readonly #partitions: AssignedPartitions;
  readonly #commits = new Set<Promise<unknown>>();
  readonly #failure = Promise.withResolvers<never>();
  #lastSignMs = performance.now();

  /** @param createPartitions called once: the partitions, and whom they tell what to fetch */
  constructor(options: GroupMemberOptions, createPartitions: (control: FetchControl) => AssignedPartitions) {
    this.#options = options;
    this.#consumer = options.kafka.consumer({
      groupId: options.groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: 15_000,
      heartbeatInterval: 1_000,
      rebalanceTimeout: 30_000,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 4 * 1024 * 1024,
      maxBytes: 16 * 1024 * 1024,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8, restartOnFailure: () => Promise.resolve(false) },
    });
    this.#partitions = createPartitions(this);
    this.#failure.promise.catch(() => {});
  }

  /** Until `signal` aborts; then everything that was taken is committed. @throws FactError when it cannot go on */
  async run(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>();
    const abort = () => aborted.resolve();
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    const timer = setInterval(() => this.#tick(), TICK_MS);
    this.#listen();
    const started = this.#start();
    try {
      await Promise.race([started, aborted.promise, this.#failure.promise]);
      await Promise.race([aborted.promise, this.#failure.promise]);
      await this.#partitions.finish();
      await Promise.all(this.#commits);
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', abort);
      this.#partitions.drop();
      // A start that is under way takes no note of a disconnect, and would join the group after it.
      await started;
      await this.#consumer.disconnect().catch((error: unknown) => this.#note('the consumer did not disconnect', error));
    }
  }

  seek(of: TopicPartition, position: bigint): void {
    this.#tell(() => this.#consumer.seek({ ...of, offset: String(position) }));
  }

  pause({ topic, partition }: TopicPartition): void {
    this.#tell(() => this.#consumer.pause([{ topic, partitions: [partition] }]));
  }

  resume({ topic, partition }: TopicPartition): void {
    this.#tell(() => this.#consumer.resume([{ topic, partitions: [partition] }]));
  }

  advise(of: TopicPartition, position: bigint, lastAppendedAtMs: number): void {
    const metadata = commitMetadata(lastAppendedAtMs);
    const commit = this.#consumer
      .commitOffsets([{ ...of, offset: String(position), metadata }])
      .catch((error: unknown) => this.#note('the offset was not committed; red has the rows all the same', error))
      .finally(() => this.#commits.delete(commit));
    this.#commits.add(commit);
  }

  fail(error: unknown): void {
    const { groupId } = this.#options;
    const text = `The Kafka consumer of the loader stopped: ${String(error)}`;
    const isFact = error instanceof FactError;
    this.#failure.reject(isFact ? error : new FactError(text, { facts: { groupId }, retryable: true, cause: error }));
  }

  async #start(): Promise<void> {
    const { topics, groupId, log } = this.#options;
    try {
      await this.#consumer.connect();
      // Positions come from red. Where Kafka no longer has one it must begin at the start of the log, so that the loss shows.
      await this.#consumer.subscribe({ topics: RED_TABLES.map((table) => topics[table]), fromBeginning: true });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 4,
        eachBatch: (payload) => this.#take(payload),
      });
      log.info('loading', { topics, groupId });
    } catch (error) {
      this.fail(error);
    }
  }

  #listen(): void {
    const consumer = this.#consumer;
    const { events } = consumer;
    const alive = () => (this.#lastSignMs = performance.now());
    consumer.on(events.GROUP_JOIN, ({ payload }) => {
      alive();
      this.#partitions.assign(payload.memberAssignment);
    });
    consumer.on(events.HEARTBEAT, () => {
      alive();
      this.#partitions.confirm();
    });
    consumer.on(events.FETCH, alive);
    consumer.on(events.CRASH, ({ payload }) => this.fail(payload.error));
  }

  /**
   * Never throws: an error here would make kafkajs try the batch again, and what is not resolved comes again anyway. A batch that is stale
   * was fetched before the last seek.
   */
  async #take(payload: EachBatchPayload): Promise<void> {
    if (payload.isStale()) return;
    const position = this.#partitions.take(payload.batch, payload.batch.messages);
    if (position !== undefined && !payload.isStale()) payload.resolveOffset(String(position - 1n));
  }

  #tick(): void {
    this.#partitions.rotateOld();
    const silentMs = Math.round(performance.now() - this.#lastSignMs);
    if (silentMs < STUCK_AFTER_MS) return;
    const text = `Expected a sign of life of the Kafka consumer every few seconds, got none for ${silentMs} ms.`;
    this.fail(new FactError(text, { facts: { groupId: this.#options.groupId, silentMs }, retryable: true }));
  }

  /** kafkajs refuses orders while its consumer has stopped. Its `CRASH` event tells that as well, and so the order is of no use. */
  #tell(order: () => void): void {
    try {
      order();
    } catch (error) {
      this.#note('the Kafka consumer has stopped', error);
    }
  }

  #note(message: string, error: unknown): void {
    this.#options.log.debug(message, { groupId: this.#options.groupId, error: String(error) });
  }
}
