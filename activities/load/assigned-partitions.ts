import type { KafkaMessage } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import type { PartitionEvents } from './partition-events.ts';
import type { PartitionLoader } from './partition-loader.ts';

/** One partition of a topic. */
export interface TopicPartition {
  topic: string;
  partition: number;
}

/** What the partitions tell their consumer to do. It may have stopped: then it does nothing. */
export interface FetchControl {
  seek(of: TopicPartition, position: bigint): void;
  pause(of: TopicPartition): void;
  resume(of: TopicPartition): void;
  /** Tells Kafka how far red is. For people and their tools; no loader ever reads it. */
  advise(of: TopicPartition, position: bigint, lastAppendedAtMs: number): void;
  /** Trying again cannot help. */
  fail(error: unknown): void;
}

interface AssignedPartitionsOptions {
  control: FetchControl;
  createLoader: (of: TopicPartition, events: PartitionEvents) => PartitionLoader;
  /** The most that all spools may hold, in bytes. */
  maxMemoryBytes: number;
  /** A spool with a row this old is committed. */
  maxAgeMs: number;
  log: Log;
}

interface Assigned extends TopicPartition {
  loader: PartitionLoader;
  /** Nothing is to be fetched, whatever the memory. */
  isHeld: boolean;
}

/**
 * The partitions that the group has given to this loader. Those that go away are dropped, those that come are taken over, and those that
 * stay are sought again. While their spools hold more than the memory allows, nothing is fetched and the largest spool is committed.
 */
export class AssignedPartitions {
  readonly #options: AssignedPartitionsOptions;
  readonly #partitions = new Map<string, Assigned>();
  #isEnding = false;

  constructor(options: AssignedPartitionsOptions) {
    this.#options = options;
  }

  /** The group has come together; nothing is fetched before this returns. */
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
    // A consumer that crashed and was started again by kafkajs has forgotten what it had paused.
    this.#applyPauses();
    this.#options.log.info('partitions assigned', { assignment });
  }

  /** The group has confirmed that this loader is a member: partitions that lost their epoch may take over anew. */
  confirm(): void {
    if (this.#isEnding) return;
    for (const { loader } of this.#partitions.values()) loader.takeOver();
  }

  /** Takes rows, and gives the position after them; undefined when nothing of the batch counts, or it does not end the fetching there. */
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

  /** Commits everything that was taken, and ends. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    this.#applyPauses();
    await Promise.all([...this.#partitions.values()].map(({ loader }) => loader.finish()));
  }

  /** Ends at once. */
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

  /** A method, because taking rows changes the state. */
  #positionOf(loader: PartitionLoader): bigint | undefined {
    return loader.state === 'reading' ? loader.position : undefined;
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
