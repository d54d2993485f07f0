import type { KafkaMessage } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import type { PartitionEvents } from './partition-events.ts';
import type { PartitionLoader } from './partition-loader.ts';

/** One partition of a topic. */
export interface TopicPartition {
  topic: string;
  partition: number;
}

/** Controls what the consumer fetches. Calls do nothing once the consumer has stopped. */
export interface FetchControl {
  seek(of: TopicPartition, position: bigint): void;
  pause(of: TopicPartition): void;
  resume(of: TopicPartition): void;
  /** Commits the offset to Kafka, as information for people and their tools. Loaders never read it. */
  advise(of: TopicPartition, position: bigint, lastAppendedAtMs: number): void;
  /** Ends the load with an error. */
  fail(error: unknown): void;
}

interface AssignedPartitionsOptions {
  control: FetchControl;
  createLoader: (of: TopicPartition, events: PartitionEvents) => PartitionLoader;
  /** Limit for all spools together, in bytes. */
  maxMemoryBytes: number;
  /** A spool with a row this old is committed. */
  maxAgeMs: number;
  log: Log;
}

interface Assigned extends TopicPartition {
  loader: PartitionLoader;
  /** The partition asked for a pause, which does not depend on memory. */
  isHeld: boolean;
}

/**
 * The partitions that the group has assigned to this loader. New partitions are taken over, revoked ones dropped, and retained ones seek
 * again. While the spools exceed `maxMemoryBytes`, nothing is fetched and the largest spool is committed.
 */
export class AssignedPartitions {
  readonly #options: AssignedPartitionsOptions;
  readonly #partitions = new Map<string, Assigned>();
  #isEnding = false;

  constructor(options: AssignedPartitionsOptions) {
    this.#options = options;
  }

  /** Call it after each rebalance. Nothing is fetched before it returns. */
  assign(assignment: Record<string, number[]>): void {
    if (this.#isEnding) return;
    const assigned = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    const keys = new Set(assigned.map(keyOf));
    for (const [key, { loader }] of this.#partitions) {
      if (keys.has(key)) continue;
      loader.drop();
      this.#partitions.delete(key);
    }
    for (const of of assigned) {
      const known = this.#partitions.get(keyOf(of));
      if (known === undefined) this.#add(of).loader.takeOver();
      else known.loader.reassigned();
    }
    // kafkajs forgets pauses when it restarts a crashed consumer.
    this.#applyPauses();
    this.#options.log.info('partitions assigned', { assignment });
  }

  /** Call it when the group has confirmed the membership. Partitions that lost their epoch then take over again. */
  confirm(): void {
    if (this.#isEnding) return;
    for (const { loader } of this.#partitions.values()) loader.takeOver();
  }

  /** Spools rows. @returns the next position; undefined if the batch was ignored or the partition has stopped reading */
  take(of: TopicPartition, messages: KafkaMessage[]): bigint | undefined {
    const loader = this.#partitions.get(keyOf(of))?.loader;
    if (loader?.state !== 'reading' || this.#isEnding) return undefined;
    loader.take(messages);
    this.#applyPauses();
    return this.#positionOf(loader);
  }

  /** Commits spools that are old enough. */
  rotateOld(): void {
    for (const { loader } of this.#partitions.values()) {
      if (loader.spoolAgeMs >= this.#options.maxAgeMs) loader.rotate();
    }
  }

  /** Commits all spooled rows, then stops. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    this.#applyPauses();
    await Promise.all([...this.#partitions.values()].map(({ loader }) => loader.finish()));
  }

  /** Stops without a commit. */
  drop(): void {
    this.#isEnding = true;
    for (const { loader } of this.#partitions.values()) loader.drop();
  }

  #add(of: TopicPartition): Assigned {
    const { control, createLoader } = this.#options;
    const events: PartitionEvents = {
      read: (position) => {
        if (this.#isEnding) return;
        control.seek(of, position);
        added.isHeld = false;
        this.#applyPauses();
      },
      pause: () => {
        added.isHeld = true;
        control.pause(of);
      },
      committed: (position, lastAppendedAtMs) => control.advise(of, position, lastAppendedAtMs),
      failed: (error) => control.fail(error),
    };
    const added: Assigned = { ...of, loader: createLoader(of, events), isHeld: true };
    this.#partitions.set(keyOf(of), added);
    return added;
  }

  #applyPauses(): void {
    const { control, maxMemoryBytes } = this.#options;
    const all = [...this.#partitions.values()];
    const isFull = all.reduce((sum, { loader }) => sum + loader.spooledBytes, 0) > maxMemoryBytes;
    if (isFull && all.every(({ loader }) => loader.state !== 'committing')) {
      all.sort((a, b) => b.loader.spooledBytes - a.loader.spooledBytes)[0]?.loader.rotate();
    }
    for (const one of all) {
      if (isFull || this.#isEnding || one.isHeld) control.pause(one);
      else control.resume(one);
    }
  }

  /** A method, so that TypeScript does not assume the state from before the call. */
  #positionOf(loader: PartitionLoader): bigint | undefined {
    return loader.state === 'reading' ? loader.position : undefined;
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
