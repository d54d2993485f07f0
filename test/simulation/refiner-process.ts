import pLimit from 'p-limit';
import type { Disk } from '../../common/disk.ts';
import { compactRedHour } from '../../activities/compact/compaction.ts';
import { takeBoundaries } from '../../activities/red/boundaries.ts';
import type { CachedFiles } from '../../activities/hdfs/cached-files.ts';
import { findHourGaps } from '../../activities/red/hour-gaps.ts';
import { describeMissingOffsets } from '../../activities/red/missing-offsets.ts';
import { createDuckdbEngine } from '../../activities/yellow/duckdb-engine.ts';
import { refineRedHour } from '../../activities/yellow/refinement.ts';
import { eraseRedHour } from '../../activities/forget/erase-red.ts';
import { eraseYellowHour } from '../../activities/forget/erase-yellow.ts';
import { removeOldRed } from '../../activities/retain/remove-red.ts';
import { findOldYellow, removeOldYellow } from '../../activities/retain/remove-yellow.ts';
import { uniteDays } from '../../activities/retain/unite-day.ts';
import type { DayDeps } from '../../activities/retain/publish-day.ts';
import { dayOf } from '../../workflows/hour.ts';
import { NOBODY, peopleOf } from '../../activities/opt-out/list.ts';
import type { OptOut } from '../../activities/opt-out/list.ts';
import type { RefinementDeps } from '../../activities/yellow/refinement.ts';
import type { Hour } from '../../workflows/hour.ts';
import { silentLog } from '../../common/log.ts';
import { ROOT } from './crash-points.ts';
import type { Activity } from './crash-points.ts';
import type { Lake } from './lake.ts';
import { ProcessDisk } from './process-disk.ts';
import { createProcessHdfs } from './process-hdfs.ts';
import { Process } from './process.ts';
import {
  createRowDays,
  createRowHours,
  createRowPieces,
  createRowRedaction,
  createRowRefiner,
  createRowUnions,
  createRowYellowRedaction,
} from './row-files.ts';

const never = new AbortController().signal;
/** The simulated rows have no names: `isForgotten` says whose they are. */
const LIST: OptOut = { entries: [{ userId: '1', since: '', forgotten: true }], damaged: 0 };

/** A refiner process: the real activities, one refinement and one compaction at a time, as by the task queues. */
export class RefinerProcess extends Process {
  readonly #lake: Lake;
  readonly #disk: ProcessDisk;
  readonly #refinementDisk: Disk;
  readonly #oneRefinement = pLimit(1);
  readonly #oneCompaction = pLimit(1);
  readonly #deps: RefinementDeps;

  constructor(lake: Lake, name: string) {
    super(lake.stage, name);
    this.#lake = lake;
    this.#disk = new ProcessDisk(this);
    this.#refinementDisk = this.#disk.as({ made: 'refinement: scratch made', removed: 'refinement: scratch removed' });
    const hdfs = this.#hdfs('refinement');
    const files = cacheOf(hdfs);
    this.#deps = {
      hdfs,
      root: ROOT,
      files,
      tileHours: createRowHours(this.#disk),
      readOptOut: () => Promise.resolve(lake.forgetting.isEntered ? LIST : NOBODY),
      engine: createDuckdbEngine({
        hdfs,
        files,
        parsePiece: createRowPieces(this.#disk),
        writeYellowFiles: createRowRefiner(this.#disk),
        disk: this.#refinementDisk,
        scratchDirectory: '/refinements',
      }),
      now: () => lake.clock.nowMs,
    };
  }

  takeBoundaries(hour: Hour): Promise<string> {
    const { clock, logs } = this.#lake;
    const ask = (timeMs: number) => () =>
      logs.map((log) => ({ partition: log.partition, offset: BigInt(log.firstOffsetFrom(timeMs)) }));
    return takeBoundaries(
      {
        hdfs: this.#hdfs('boundaries'),
        root: ROOT,
        offsetsAt: async (table, timeMs) =>
          table === 'coverage'
            ? []
            : this.call({ point: 'boundaries: log asked by time', path: hour, kind: 'ask', work: ask(timeMs) }),
        now: () => clock.nowMs,
      },
      hour,
    );
  }

  /** Whether red has the whole hour. */
  async isCovered(hour: Hour, boundariesPath: string): Promise<boolean> {
    const lake = { hdfs: this.#hdfs('waiting'), root: ROOT };
    if ((await describeMissingOffsets(lake, hour, boundariesPath)) === undefined) return true;
    if (!this.#lake.looksForGaps) return false;
    // Nothing loses a file here, so an hour would be published with a gap that it does not have.
    const { gaps } = await findHourGaps(lake, hour, boundariesPath);
    const missing = gaps.find(({ reason }) => reason === 'missing');
    if (missing !== undefined) this.#lake.stage.violated(`a gap of ${hour} that is none: ${JSON.stringify(missing)}`);
    return false;
  }

  async compact(hour: Hour): Promise<void> {
    const { stage, cutsDifferently } = this.#lake;
    const disk = this.#disk.as({
      measured: 'compaction: union measured',
      made: 'compaction: scratch made',
      removed: 'compaction: file removed',
    });
    const maxUnionBytes = cutsDifferently ? stage.random.pick([120, 240]) : 2 ** 30;
    const deps = {
      maxUnionBytes,
      hdfs: this.#hdfs('compaction'),
      root: ROOT,
      unionFiles: createRowUnions(this.#disk),
      disk,
      log: silentLog,
    };
    await this.#oneCompaction(() => compactRedHour({ ...deps, scratchDirectory: '/compactions' }, hour, never));
  }

  /** Erases the user from the red of an hour. */
  async erase(hour: Hour): Promise<void> {
    const deps = {
      hdfs: this.#hdfs('erasure'),
      root: ROOT,
      unionFiles: createRowUnions(this.#disk),
      redactedFiles: createRowRedaction(this.#disk),
      disk: this.#disk.as({ made: 'erasure: scratch made', removed: 'erasure: file removed' }),
      scratchDirectory: '/erasures',
      log: silentLog,
    };
    const erasure = { userId: '1', learn: () => Promise.resolve(peopleOf(LIST.entries)) };
    await this.#oneCompaction(() => eraseRedHour(deps, hour, erasure, never));
  }

  /** Erases the user from an hour of yellow. */
  async eraseYellow(hour: Hour): Promise<void> {
    const redactYellow = createRowYellowRedaction(this.#disk);
    const own = { disk: this.#refinementDisk, scratchDirectory: '/erasures' };
    const deps = { ...this.#deps, ...own, dayTables: createRowDays(this.#disk), redactYellow };
    await this.#oneRefinement(() => eraseYellowHour(deps, hour, never));
  }

  /** Removes red before an hour, unites the days before it, and removes what people wrote on them where that is wanted. */
  async retain(before: Hour): Promise<void> {
    const hdfs = this.#hdfs('retention');
    const { clock } = this.#lake;
    const deps = { hdfs, root: ROOT, tileHours: createRowHours(this.#disk), now: () => clock.nowMs, log: silentLog };
    let copies = 0;
    const withCopy = async <T>(path: string, work: (local: string) => Promise<T>): Promise<T> => {
      const local = `/retention/${++copies}`;
      await hdfs.download(path, local);
      return work(local);
    };
    await this.#oneCompaction(() => removeOldRed({ ...deps, withCopy }, before, never));
    const union = { ...this.#unionDeps(), log: silentLog };
    await this.#oneCompaction(() => uniteDays(union, dayOf(before), never));
    if (!this.#lake.retention.removesYellow) return;
    const { days } = await this.#oneRefinement(() => findOldYellow(union, dayOf(before)));
    if (days.length === 0) return;
    const removal = { ...union, dropCopies: async () => {} };
    await this.#oneRefinement(() => removeOldYellow(removal, { days, afterDays: 1 }, never));
  }

  #unionDeps(): DayDeps {
    const disk = this.#disk.as({ made: 'union: scratch made', removed: 'union: scratch removed' });
    const dayTables = createRowDays(this.#disk);
    const { clock } = this.#lake;
    return {
      hdfs: this.#hdfs('union'),
      root: ROOT,
      dayTables,
      disk,
      scratchDirectory: '/days',
      now: () => clock.nowMs,
    };
  }

  async refine(hour: Hour, complete: boolean): Promise<void> {
    await this.#oneRefinement(() => refineRedHour(this.#deps, hour, complete, never));
  }

  #hdfs(activity: Activity) {
    return createProcessHdfs(this, this.#disk, this.#lake.nameNode, activity);
  }
}

/** Copies on the disk of the process, each fetched once. */
function cacheOf(hdfs: RefinementDeps['hdfs']): CachedFiles {
  const copies = new Map<string, Promise<string>>();
  return {
    fetch: ({ path, modificationTimeMs = 0 }) => {
      const local = `/cache/${modificationTimeMs}${path}`;
      const copy = copies.get(local) ?? hdfs.download(path, local).then(() => local);
      copies.set(local, copy);
      copy.catch(() => copies.delete(local));
      return copy;
    },
    trim: async () => {},
    clear: async () => {},
  };
}
