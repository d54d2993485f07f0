import { join } from 'node:path';
import type { KafkaMessage } from 'kafkajs';
import { hourOf } from '../../workflows/hour.ts';
import type { Disk } from '../../common/disk.ts';
import { isHdfsError } from '../hdfs/error.ts';
import { FactError } from '../errors.ts';
import { commitGap, commitTile } from './commit.ts';
import { baseName } from '../hdfs/paths.ts';
import type { PartitionEvents } from './partition-events.ts';
import { toRedRow } from './red-row.ts';
import { Spool } from './spool.ts';
import { takeOver, topicRecreated } from './takeover.ts';
import type { Assignment, Takeover } from './takeover.ts';
import { formatTileFile } from '../red/tile.ts';

interface PartitionLoaderOptions {
  assignment: Assignment;
  events: PartitionEvents;
  writeTile: (spool: Spool, file: string) => Promise<void>;
  disk: Disk;
  /** Holds files until they are uploaded. */
  scratchDirectory: string;
  /** A spool of this size is committed, in bytes. */
  maxSpoolBytes: number;
  /** A monotonic clock, in milliseconds. */
  clock: () => number;
  /** Called after each committed tile with the time that it took, from the spool to its final name. */
  onCommitted?: (seconds: number) => void;
}

/** How often in a row a batch must begin at the same wrong offset before the log is checked. */
const REPEATS_TO_BELIEVE = 3;
/** After this many failures in a row the load fails, which Temporal shows and retries. */
const MAX_FAILURES = 10;

type State = 'idle' | 'takingOver' | 'reading' | 'committing' | 'dropped';

/**
 * Loads one partition while it is assigned to this loader.
 *
 * - `idle`: owns nothing. This is the first state, and the state after a failed takeover or commit. The spool and the epoch are dropped;
 *   the next takeover finds in HDFS what happened. The owner calls `takeOver` only after the group has confirmed the assignment, so two
 *   loaders do not fence each other in a loop.
 * - `takingOver`: fences other loaders and finds the position.
 * - `reading`: spools rows, each with exactly the next offset. If a batch begins at another offset, the loader seeks to the position again.
 *   If Kafka repeats that offset, the loader checks the log (see `#bridge`).
 * - `committing`: the spool was large or old enough, or its hour has ended. Nothing is fetched. Then `reading` resumes after the new tile.
 * - `dropped`: final. Another loader may own the partition. A running operation may finish; the epoch decides whether it can commit.
 *
 * The load fails only on an error that a retry cannot fix, or after {@link MAX_FAILURES}.
 */
export class PartitionLoader {
  readonly #options: PartitionLoaderOptions;
  #state: State = 'idle';
  #takeover: Takeover | undefined;
  #spool: Spool | undefined;
  #position = 0n;
  /** The wrong offset at which batches began, and how often in a row. */
  #mismatch = { found: -1n, times: 0 };
  /** Failed takeovers and commits since the last successful commit. */
  #failures = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: PartitionLoaderOptions) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** While `reading`: the next offset. */
  get position(): bigint {
    return this.#position;
  }

  /** About how much memory the spool takes. */
  get spooledBytes(): number {
    return this.#spool?.bytes ?? 0;
  }

  /** Age of the oldest row in the spool, in milliseconds; 0 if it is empty. */
  get spoolAgeMs(): number {
    return this.#spool === undefined ? 0 : this.#options.clock() - this.#spool.openedAtMs;
  }

  /** Starts a takeover if idle. The group must have confirmed the assignment. */
  takeOver(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'takingOver';
    this.#options.events.pause();
    this.#run(async () => {
      const takeover = await takeOver(this.#options.assignment);
      if (this.#isDropped()) return;
      this.#takeover = takeover;
      this.#readFrom(takeover.position);
    });
  }

  /** Call it after a rebalance that keeps the partition here: kafkajs has forgotten the position. */
  reassigned(): void {
    if (this.#state === 'reading') this.#options.events.read(this.#position);
  }

  /** Spools the next rows. Kafka sends the others again, because the position does not move past them. */
  take(messages: KafkaMessage[]): void {
    for (const message of messages) {
      if (this.#state !== 'reading') return;
      const row = toRedRow(message);
      if (row.offset !== this.#position) return this.#meetOffset(row.offset);
      const hour = this.#hourOf(row.appendedAtMs);
      if (this.#spool !== undefined && this.#spool.hour !== hour) return this.rotate();
      this.#spool ??= new Spool({ hour, from: row.offset, openedAtMs: this.#options.clock() });
      this.#spool.append(row);
      this.#position = this.#spool.to;
      this.#mismatch.times = 0;
      if (this.#spool.bytes >= this.#options.maxSpoolBytes) this.rotate();
    }
  }

  /** Commits the spool. */
  rotate(): void {
    if (this.#state !== 'reading' || this.#spool === undefined) return;
    this.#state = 'committing';
    this.#options.events.pause();
    this.#run(async () => {
      await this.#commitSpool();
      if (!this.#isDropped()) this.#readFrom(this.#position);
    });
  }

  /** Gives the partition up without a commit. */
  drop(): void {
    this.#state = 'dropped';
    this.#forget();
  }

  /** Commits the spool, then drops the partition. Resolves even if the commit fails: Kafka still has the rows. */
  async finish(): Promise<void> {
    if (this.#state === 'reading') this.rotate();
    if (this.#state === 'committing') await this.#work;
    this.drop();
  }

  #readFrom(position: bigint): void {
    this.#position = position;
    this.#mismatch.times = 0;
    this.#state = 'reading';
    this.#options.events.read(position);
  }

  /** The broker's clock may step back a little. Hours never go back within a partition. */
  #hourOf(appendedAtMs: number): string {
    const hour = hourOf(appendedAtMs);
    const least = this.#spool?.hour ?? this.#takeover?.hour;
    return least !== undefined && hour < least ? least : hour;
  }

  async #commitSpool(): Promise<void> {
    const [spool, takeover] = [this.#spool, this.#takeover];
    if (spool === undefined || takeover === undefined) return;
    const { assignment, disk, scratchDirectory, writeTile, events, clock, onCommitted } = this.#options;
    const startedAtMs = clock();
    const tile = { partition: assignment.partition, from: spool.from, to: spool.to, hour: spool.hour };
    const file = join(scratchDirectory, `${baseName(takeover.epochDirectory)}-${formatTileFile(tile)}`);
    try {
      await writeTile(spool, file);
      const localFile = { path: file, length: await disk.size(file) };
      await commitTile({ ...assignment, epochDirectory: takeover.epochDirectory }, tile, localFile);
    } finally {
      await disk.remove(file);
    }
    onCommitted?.((clock() - startedAtMs) / 1_000);
    if (this.#isDropped()) return;
    this.#takeover = { ...takeover, hour: spool.hour };
    this.#spool = undefined;
    this.#failures = 0;
    events.committed(spool.to, spool.lastAppendedAtMs ?? 0);
  }

  /** A batch began at `found` instead of the position: seek again, and after several repeats check the log. */
  #meetOffset(found: bigint): void {
    const { assignment, events } = this.#options;
    const { topic, partition, log } = assignment;
    this.#mismatch = { found, times: this.#mismatch.found === found ? this.#mismatch.times + 1 : 1 };
    log.debug('a batch began at another offset', {
      topic,
      partition,
      position: String(this.#position),
      found: String(found),
    });
    if (this.#mismatch.times < REPEATS_TO_BELIEVE) return events.read(this.#position);
    this.#state = 'committing';
    events.pause();
    this.#run(() => this.#bridge(found));
  }

  /**
   * Batches repeatedly began at `found`. Offsets that retention removed, or that the log never had, become a gap record. The spool is
   * committed first: a crash between the two would otherwise lose its rows. A log that ends before the position is a new log.
   */
  async #bridge(found: bigint): Promise<void> {
    const { assignment } = this.#options;
    const { start, end } = await assignment.partitionLog.range();
    const from = this.#position;
    if (end < from) throw topicRecreated(assignment, from, `its end at ${end}`);
    const to = start > from ? start : found;
    if (to > from) {
      await this.#commitSpool();
      if (this.#isDropped() || this.#takeover === undefined) return;
      const { topic, partition } = assignment;
      const reason = start > from ? 'retention' : 'not in the log';
      const { epochDirectory } = this.#takeover;
      await commitGap({ ...assignment, epochDirectory }, { topic, partition, from, to, reason });
    }
    if (!this.#isDropped()) this.#readFrom(to > from ? to : from);
  }

  /** Runs an operation that may fail. The state must not be `reading` meanwhile. */
  #run(operation: () => Promise<void>): void {
    this.#work = operation().catch((error: unknown) => {
      if (!this.#isDropped()) this.#startOver(error);
    });
  }

  #startOver(error: unknown): void {
    const { assignment, events } = this.#options;
    const { topic, partition, log } = assignment;
    const message = error instanceof Error ? error.message : String(error);
    const facts = { topic, partition, error: message };
    this.#state = 'idle';
    this.#forget();
    this.#failures++;
    if (error instanceof FactError && !error.retryable && !isHdfsError(error, 'exists', 'absent')) {
      events.failed(error);
    } else if (this.#failures >= MAX_FAILURES) {
      const text = `Partition ${partition} of the topic \`${topic}\` failed ${this.#failures} times in a row: ${message}`;
      events.failed(new FactError(text, { facts, retryable: true, cause: error }));
    } else if (isHdfsError(error, 'fenced', 'exists')) {
      log.info('another loader has taken over the partition', facts);
    } else {
      log.warn('loading a partition failed; taking it over again', facts);
    }
  }

  #forget(): void {
    this.#spool = undefined;
    this.#takeover = undefined;
    this.#mismatch.times = 0;
  }

  /** A method, because the state changes during an await. */
  #isDropped(): boolean {
    return this.#state === 'dropped';
  }
}
