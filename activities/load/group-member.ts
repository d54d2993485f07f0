import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import { connectionFault } from '../kafka/connection-fault.ts';
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

/** A consumer without an event for this long is stuck and gets replaced. */
const STUCK_AFTER_MS = 120_000;
const TICK_MS = 250;

/**
 * Connects kafkajs, a member of the consumer group, with {@link AssignedPartitions}:
 *
 * - `GROUP_JOIN` assigns the partitions, before anything is fetched.
 * - Each confirmed heartbeat lets partitions that lost their epoch take over again.
 * - Positions come from red. kafkajs seeks to them, and the offsets it commits are for people only.
 * - A crash of the consumer ends the load; Temporal retries the activity. kafkajs itself must not restart the consumer: it does so even
 *   after a disconnect, and that member would keep its partitions and load nothing.
 */
export class GroupMember implements FetchControl {
  readonly #options: GroupMemberOptions;
  readonly #consumer: Consumer;
  readonly #partitions: AssignedPartitions;
  readonly #commits = new Set<Promise<unknown>>();
  readonly #failure = Promise.withResolvers<never>();
  #lastSignMs = performance.now();

  /** @param createPartitions called once, with the control of this consumer */
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

  /** Loads until `signal` aborts, then commits all spooled rows. @throws FactError if the load fails */
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
      // A start in progress ignores a disconnect, and would join the group after it.
      await started;
      await this.#consumer
        .disconnect()
        .catch((error: unknown) => this.#debug('the consumer did not disconnect', error));
    }
  }

  seek(of: TopicPartition, position: bigint): void {
    this.#request(() => this.#consumer.seek({ ...of, offset: String(position) }));
  }

  pause({ topic, partition }: TopicPartition): void {
    this.#request(() => this.#consumer.pause([{ topic, partitions: [partition] }]));
  }

  resume({ topic, partition }: TopicPartition): void {
    this.#request(() => this.#consumer.resume([{ topic, partitions: [partition] }]));
  }

  advise(of: TopicPartition, position: bigint, lastAppendedAtMs: number): void {
    const metadata = commitMetadata(lastAppendedAtMs);
    const commit = this.#consumer
      .commitOffsets([{ ...of, offset: String(position), metadata }])
      .catch((error: unknown) => this.#debug('the offset was not committed to Kafka; red has the rows', error))
      .finally(() => this.#commits.delete(commit));
    this.#commits.add(commit);
  }

  fail(error: unknown): void {
    const { groupId } = this.#options;
    const text = `The Kafka consumer of the loader stopped: ${String(error)}`;
    const known = error instanceof FactError ? error : connectionFault(error);
    this.#failure.reject(known ?? new FactError(text, { facts: { groupId }, retryable: true, cause: error }));
  }

  async #start(): Promise<void> {
    const { topics, groupId, log } = this.#options;
    try {
      await this.#consumer.connect();
      // If Kafka no longer has a position, reading starts at the beginning of the log, which shows the loss.
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
   * Must not throw: kafkajs would retry the batch, and unresolved records are fetched again anyway. A stale batch was fetched before the
   * last seek.
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
    const text = `Expected an event of the Kafka consumer every few seconds, got none for ${silentMs} ms. The load restarts.`;
    this.fail(new FactError(text, { facts: { groupId: this.#options.groupId, silentMs }, retryable: true }));
  }

  /** kafkajs throws if its consumer has stopped. The `CRASH` event reports that, so the error is ignored here. */
  #request(request: () => void): void {
    try {
      request();
    } catch (error) {
      this.#debug('the Kafka consumer has stopped', error);
    }
  }

  #debug(message: string, error: unknown): void {
    this.#options.log.debug(message, { groupId: this.#options.groupId, error: String(error) });
  }
}
