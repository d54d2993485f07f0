import { join } from 'node:path';
import type { KafkaMessage } from 'kafkajs';
import { hourOf } from '../../workflows/hour.ts';
import type { Disk } from '../../common/disk.ts';
import { isHdfsError } from '../hdfs/hdfs-error.ts';
import { FactError } from '../errors.ts';
import { commitGap, commitTile } from './commit.ts';
import { baseName } from '../hdfs/paths.ts';
import type { PartitionEvents } from './partition-events.ts';
import { toRedRow } from './red-row.ts';
import { Spool } from './spool.ts';
import { takeOver, topicMadeAnew } from './takeover.ts';
import type { Assignment, Takeover } from './takeover.ts';
import { formatTileFile } from '../red/tile.ts';

interface PartitionLoaderOptions {
  assignment: Assignment;
  events: PartitionEvents;
  /** Writes the rows of a spool to a local Parquet file. */
  writeTile: (spool: Spool, file: string) => Promise<void>;
  disk: Disk;
  /** For finished files on their way to HDFS. */
  scratchDirectory: string;
  /** A spool of this size is committed, in bytes. */
  maxSpoolBytes: number;
  /** Milliseconds on a clock that only goes forward. */
  clock: () => number;
}

/** Kafka must begin a batch at the same wrong offset so often, each time asked for the right one, before it is believed. */
const TIMES_TO_BELIEVE = 3;
/** After so many failures in a row the load stops and says so; it is then begun anew from outside. */
const FAILURES_TO_TELL = 10;

type State = 'idle' | 'takingOver' | 'reading' | 'committing' | 'dropped';

/**
 * One partition on its way to red, for as long as it is assigned to this loader.
 *
 * It begins `idle` and owns nothing. `takeOver` makes it `takingOver`; when that has worked it is `reading` at its position, and rows are
 * taken into the spool, each with exactly the offset that is next. A batch that begins elsewhere is not trusted: the position is asked for
 * again, and only when Kafka begins at the same wrong place several times is the log looked at (see `#bridge`).
 *
 * A spool that is large or old enough, or whose hour has ended, is committed: `committing`, while nothing is fetched. After that it is
 * `reading` again, from the end of the new tile.
 *
 * Whatever goes wrong while taking over or committing, the partition is `idle` again: the spool and the epoch are forgotten, and the next
 * takeover finds in HDFS what has happened. So a loader that was fenced does not fight: its owner calls `takeOver` only after the group has
 * confirmed that the partition is still its own. Only an error that trying again cannot help is `failed`.
 *
 * `dropped` is the end: the partition belongs to somebody else. An operation that is still under way then may finish; the epoch decides
 * whether it may commit.
 */
export class PartitionLoader {
  readonly #options: PartitionLoaderOptions;
  #state: State = 'idle';
  #takeover: Takeover | undefined;
  #spool: Spool | undefined;
  #position = 0n;
  /** Where batches began instead of at the position, and how often in a row. */
  #doubt = { found: -1n, times: 0 };
  /** Takeovers and commits that went wrong since the last commit that did not. */
  #failures = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: PartitionLoaderOptions) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** The next offset to be taken, while `reading`. */
  get position(): bigint {
    return this.#position;
  }

  /** About how much memory the spool takes. */
  get spooledBytes(): number {
    return this.#spool?.bytes ?? 0;
  }

  /** How long the oldest row has been in the spool, in milliseconds; 0 without one. */
  get spoolAgeMs(): number {
    return this.#spool === undefined ? 0 : this.#options.clock() - this.#spool.openedAtMs;
  }

  /** Begins to own the partition, when idle. The group must have said that it is ours. */
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

  /** After the group has come together anew and left us the partition: the client has forgotten where it was. */
  reassigned(): void {
    if (this.#state === 'reading') this.#options.events.read(this.#position);
  }

  /** Takes the rows that come next. Rows that are not taken come again, because the position stays before them. */
  take(messages: KafkaMessage[]): void {
    for (const message of messages) {
      if (this.#state !== 'reading') return;
      const row = toRedRow(message);
      if (row.offset !== this.#position) return this.#beginsAt(row.offset);
      const hour = this.#hourOf(row.appendedAtMs);
      if (this.#spool !== undefined && this.#spool.hour !== hour) return this.rotate();
      this.#spool ??= new Spool({ hour, from: row.offset, openedAtMs: this.#options.clock() });
      this.#spool.append(row);
      this.#position = this.#spool.to;
      this.#doubt.times = 0;
      if (this.#spool.bytes >= this.#options.maxSpoolBytes) this.rotate();
    }
  }

  /** Commits what is in the spool. */
  rotate(): void {
    if (this.#state !== 'reading' || this.#spool === undefined) return;
    this.#state = 'committing';
    this.#options.events.pause();
    this.#run(async () => {
      await this.#commitSpool();
      if (!this.#isDropped()) this.#readFrom(this.#position);
    });
  }

  /** The partition belongs to somebody else now. */
  drop(): void {
    this.#state = 'dropped';
    this.#forget();
  }

  /** Commits what was taken, and ends. Resolves when that is done, or has failed: the rows are in Kafka anyway. */
  async finish(): Promise<void> {
    if (this.#state === 'reading') this.rotate();
    if (this.#state === 'committing') await this.#work;
    this.drop();
  }

  #readFrom(position: bigint): void {
    this.#position = position;
    this.#doubt.times = 0;
    this.#state = 'reading';
    this.#options.events.read(position);
  }

  /** The hour of a row: the broker's clock may step back a little, hours do not. */
  #hourOf(appendedAtMs: number): string {
    const hour = hourOf(appendedAtMs);
    const least = this.#spool?.hour ?? this.#takeover?.hour;
    return least !== undefined && hour < least ? least : hour;
  }

  async #commitSpool(): Promise<void> {
    const [spool, takeover] = [this.#spool, this.#takeover];
    if (spool === undefined || takeover === undefined) return;
    const { assignment, disk, scratchDirectory, writeTile, events } = this.#options;
    const tile = { partition: assignment.partition, from: spool.from, to: spool.to, hour: spool.hour };
    const file = join(scratchDirectory, `${baseName(takeover.epochDirectory)}-${formatTileFile(tile)}`);
    try {
      await writeTile(spool, file);
      const localFile = { path: file, length: await disk.size(file) };
      await commitTile({ ...assignment, epochDirectory: takeover.epochDirectory }, tile, localFile);
    } finally {
      await disk.remove(file);
    }
    if (this.#isDropped()) return;
    this.#takeover = { ...takeover, hour: spool.hour };
    this.#spool = undefined;
    this.#failures = 0;
    events.committed(spool.to, spool.lastAppendedAtMs ?? 0);
  }

  /** A batch began at `found` instead of the position: ask again, and in the end look at the log. */
  #beginsAt(found: bigint): void {
    const { assignment, events } = this.#options;
    const { topic, partition, log } = assignment;
    this.#doubt = { found, times: this.#doubt.found === found ? this.#doubt.times + 1 : 1 };
    log.debug('a batch began elsewhere', { topic, partition, position: String(this.#position), found: String(found) });
    if (this.#doubt.times < TIMES_TO_BELIEVE) return events.read(this.#position);
    this.#state = 'committing';
    events.pause();
    this.#run(() => this.#bridge(found));
  }

  /**
   * Kafka, asked for the position, has begun elsewhere again and again. What retention has removed, or what was never there, becomes a gap
   * record, after what was taken before it is committed: else a crash between the two would lose it. A log that ends before the position is
   * another one.
   */
  async #bridge(found: bigint): Promise<void> {
    const { assignment } = this.#options;
    const { start, end } = await assignment.partitionLog.range();
    const from = this.#position;
    if (end < from) throw topicMadeAnew(assignment, from, `its end at ${end}`);
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

  /** Runs one operation that may fail; the state is not `reading` meanwhile. */
  #run(operation: () => Promise<void>): void {
    this.#work = operation().catch((error: unknown) => {
      if (!this.#isDropped()) this.#beginAnew(error);
    });
  }

  #beginAnew(error: unknown): void {
    const { assignment, events } = this.#options;
    const { topic, partition, log } = assignment;
    const message = error instanceof Error ? error.message : String(error);
    const facts = { topic, partition, error: message };
    this.#state = 'idle';
    this.#forget();
    this.#failures++;
    if (error instanceof FactError && !error.retryable && !isHdfsError(error, 'exists', 'absent')) {
      events.failed(error);
    } else if (this.#failures >= FAILURES_TO_TELL) {
      const text = `Partition ${partition} of the topic \`${topic}\` could not go on ${this.#failures} times in a row: ${message}`;
      events.failed(new FactError(text, { facts, retryable: true, cause: error }));
    } else if (isHdfsError(error, 'fenced', 'exists')) {
      log.info('another loader has taken the partition over', facts);
    } else {
      log.warn('a partition could not go on; it is taken over anew', facts);
    }
  }

  #forget(): void {
    this.#spool = undefined;
    this.#takeover = undefined;
    this.#doubt.times = 0;
  }

  /** A method, because the state changes while an operation waits. */
  #isDropped(): boolean {
    return this.#state === 'dropped';
  }
}
