import { AssignedPartitions } from '../../activities/load/assigned-partitions.ts';
import type { FetchControl, TopicPartition } from '../../activities/load/assigned-partitions.ts';
import { FactError } from '../../activities/errors.ts';
import { PartitionLoader } from '../../activities/load/partition-loader.ts';
import type { PartitionEvents } from '../../activities/load/partition-events.ts';
import { createPositionSearch } from '../../activities/load/position.ts';
import { silentLog } from '../../common/log.ts';
import { ROOT } from './crash-points.ts';
import type { CrashPoint } from './crash-points.ts';
import type { Lake } from './lake.ts';
import { ProcessDisk } from './process-disk.ts';
import { createProcessHdfs } from './process-hdfs.ts';
import { Process } from './process.ts';
import { createTileWriter } from './row-files.ts';

const TOPIC = 'twitch.chat';
/** Approximate size of a row in a spool. */
const BYTES_PER_ROW = 120;
/** A spool of this age is committed, in turns. */
const MAX_AGE = 40;

/** The consumer's state of a partition. */
interface Fetched {
  position: number;
  isPaused: boolean;
  /** Counts seeks: a batch that was fetched before the last seek is stale. */
  seeks: number;
  /** The last batch began at another offset. */
  isStale: boolean;
}

/** A loader process: the real partitions, with a consumer that behaves like kafkajs. */
export class LoaderProcess extends Process implements FetchControl {
  /** The group generation of the last assignment. */
  generation = -1;
  /** From this time on an expelled member notices it, and joins again. */
  joinsAt = 0;
  readonly #lake: Lake;
  readonly #partitions: AssignedPartitions;
  readonly #loaders = new Map<number, PartitionLoader>();
  readonly #fetched = new Map<number, Fetched>();
  #isEnding = false;

  constructor(lake: Lake, name: string) {
    super(lake.stage, name);
    const { random, faults } = lake.stage;
    this.#lake = lake;
    const maxSpoolBytes = BYTES_PER_ROW * random.between(1, faults.areFor('compaction') ? 2 : 6);
    this.#partitions = new AssignedPartitions({
      control: this,
      createLoader: this.#loaderFactory(maxSpoolBytes),
      maxMemoryBytes: BYTES_PER_ROW * random.pick([4, 1_000]),
      maxAgeMs: MAX_AGE,
      log: silentLog,
    });
  }

  /** After a rebalance, kafkajs starts at the committed offsets, with nothing paused. */
  assign(generation: number, partitions: number[]): void {
    this.generation = generation;
    this.#fetched.clear();
    for (const partition of partitions)
      this.#fetched.set(partition, { position: 0, isPaused: false, seeks: 0, isStale: false });
    this.#partitions.assign({ [TOPIC]: partitions });
    for (const partition of this.#loaders.keys()) if (!partitions.includes(partition)) this.#loaders.delete(partition);
  }

  /** Whether a heartbeat would make it take over a partition again. */
  get waitsForHeartbeat(): boolean {
    return [...this.#loaders.values()].some((loader) => loader.state === 'idle');
  }

  confirm(): void {
    this.#partitions.confirm();
  }

  /** Does one step of its own work. */
  act(): boolean {
    if (this.isDead || this.isFrozen || this.#isEnding) return false;
    const { random, faults } = this.#lake.stage;
    const fetchable = [...this.#fetched].filter(
      ([partition, { isPaused, position }]) => !isPaused && this.#log(partition).hasAny(position),
    );
    if (fetchable.length > 0) return this.#fetch(...random.pick(fetchable));
    if ([...this.#loaders.values()].some((loader) => loader.spoolAgeMs >= MAX_AGE)) {
      this.#partitions.rotateOld();
      return true;
    }
    if (!faults.areOver && random.chance(0.005)) return this.#end();
    return false;
  }

  seek({ partition }: TopicPartition, position: bigint): void {
    const fetched = this.#fetched.get(partition);
    if (fetched === undefined) return;
    fetched.position = Number(position);
    fetched.seeks++;
  }

  pause({ partition }: TopicPartition): void {
    const fetched = this.#fetched.get(partition);
    if (fetched !== undefined) fetched.isPaused = true;
  }

  resume({ partition }: TopicPartition): void {
    const fetched = this.#fetched.get(partition);
    if (fetched !== undefined) fetched.isPaused = false;
  }

  advise({ partition }: TopicPartition, position: bigint): void {
    this.#lake.red.advised(partition, position);
  }

  /** After a retryable error, another process starts the load again. */
  fail(error: unknown): void {
    if (error instanceof FactError && !error.retryable) this.#lake.stage.violated(`a loader gave up: ${error.message}`);
    this.die();
  }

  #loaderFactory(maxSpoolBytes: number): (of: TopicPartition, events: PartitionEvents) => PartitionLoader {
    const { nameNode, stage, forgetting } = this.#lake;
    const disk = new ProcessDisk(this);
    const hdfs = createProcessHdfs(this, disk, nameNode, 'load');
    const findPosition = createPositionSearch(hdfs, ROOT, 'chat');
    return (of, events) => {
      const partitionLog = this.#partitionLog(of.partition, () => loader.state === 'takingOver');
      const loader: PartitionLoader = new PartitionLoader({
        assignment: { hdfs, root: ROOT, table: 'chat', ...of, partitionLog, findPosition, log: silentLog },
        events,
        writeTile: createTileWriter(disk, of.partition, () => forgetting.isEntered),
        disk: disk.as({ measured: 'commit: file measured', removed: 'commit: file removed' }),
        scratchDirectory: '/spools',
        maxSpoolBytes,
        clock: () => stage.scheduler.now,
      });
      this.#loaders.set(of.partition, loader);
      return loader;
    };
  }

  #fetch(partition: number, fetched: Fetched): boolean {
    const { random, trace, scheduler } = this.#lake.stage;
    const batch = this.#log(partition).batch(this.#placeToFetch(partition, fetched), random.between(1, 4));
    const offsets = batch.map((message) => message.offset).join(' ');
    trace.add(scheduler.now, this.name, 'takes', `p${partition}`, offsets);
    const { seeks } = fetched;
    const position = this.#partitions.take({ topic: TOPIC, partition }, batch);
    if (position !== undefined && fetched.seeks === seeks) fetched.position = Number(position);
    return true;
  }

  /** A batch that was requested before the last seek may still arrive, at another offset, but not twice in a row. */
  #placeToFetch(partition: number, fetched: Fetched): number {
    const { random } = this.#lake.stage;
    const elsewhere = Math.max(0, fetched.position + random.pick([-2, -1, 1, 2]));
    fetched.isStale = !fetched.isStale && random.chance(0.04) && this.#log(partition).hasAny(elsewhere);
    return fetched.isStale ? elsewhere : fetched.position;
  }

  /** Stops cleanly: commits its spools first. */
  #end(): boolean {
    const { trace, scheduler } = this.#lake.stage;
    trace.add(scheduler.now, this.name, 'is asked to stop');
    this.#isEnding = true;
    void this.#partitions.finish().then(() => this.die());
    return true;
  }

  #log(partition: number) {
    const log = this.#lake.logs[partition];
    if (log === undefined) throw new RangeError(`Expected a log of partition ${partition}, found none.`);
    return log;
  }

  #partitionLog(partition: number, isTakingOver: () => boolean) {
    const log = this.#log(partition);
    const ask = <T>(point: CrashPoint, work: () => T) => this.call({ point, path: `p${partition}`, kind: 'ask', work });
    return {
      range: () =>
        ask(isTakingOver() ? 'takeover: log asked' : 'gap: log asked', () => ({
          start: BigInt(log.start),
          end: BigInt(log.end),
        })),
      firstOffsetFrom: (timeMs: number) =>
        ask('takeover: log asked by time', () => BigInt(log.firstOffsetFrom(timeMs))),
    };
  }
}
