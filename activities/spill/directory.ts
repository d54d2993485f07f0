import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Log } from '../../common/log.ts';
import type { CollectedLine } from '../kafka/collected-line.ts';
import { DiskState } from './disk-state.ts';
import { RunDirectory } from './run-directory.ts';
import { DAMAGED } from './runs.ts';
import type { SpillOwner } from './runs.ts';
import { recordsFrom } from './records.ts';
import type { LineForDisk } from './records.ts';
import { SegmentWriter, discardSegment, writeSegment } from './segment.ts';
import type { SpillSegment, WriteBytes } from './segment.ts';
import { SpillTakeover } from './takeover.ts';

export interface SpillOptions {
  /** The directory that holds one directory per run. On a disk of this host. */
  directory: string;
  /** What one run may have on disk, in bytes. 0: nothing goes to disk, also not at the end. */
  maxBytes: number;
  owner: SpillOwner;
  /** A segment is closed when it is this large. Default 8 MiB. */
  segmentBytes?: number;
  /** How long to wait before a disk that failed or is at its cap is tried again, and others' runs are looked at. Default 5,000. */
  retryMs?: number;
  /** What takes the place of `writeSync`; for tests that make it fail. */
  write?: WriteBytes;
  /** Milliseconds since 1970. Default: the machine's clock. */
  now?: () => number;
}

const defaultSegmentBytes = 8 * 1024 * 1024;
/** A spill that was at its cap takes lines again when a tenth of it is free. */
const roomShare = 0.9;

/**
 * The segments of one run, oldest first, on disk. The newest is *open* and grows; it is closed when it is large enough, when a write fails,
 * or when there is no older one left to read. {@link takeNext} gives each to the reader, who removes it when its lines are acknowledged.
 * A run that ends puts what it holds in memory before and behind them ({@link keep}).
 *
 * Failing is a state of the disk and not an error of the caller: {@link append} says how many lines it has taken, and the log says once
 * when that ends and once when it is over.
 */
export class SpillDirectory {
  readonly #options: SpillOptions & { run: string; log: Log };
  readonly #own: RunDirectory;
  readonly #takeover: SpillTakeover;
  readonly #state: DiskState;
  #writer: SegmentWriter | undefined;
  readonly #closed: SpillSegment[] = [];
  /** On disk, also what is being read and sent. */
  #bytes = 0;

  constructor(options: SpillOptions & { run: string; log: Log }) {
    const { directory: root, run, owner, now = Date.now, log } = options;
    this.#options = options;
    this.#state = new DiskState(log);
    this.#own = new RunDirectory({ root, run, owner, now, log });
    const taken = (segment: SpillSegment): void => {
      this.#closed.push(segment);
      this.#bytes += segment.bytes;
    };
    this.#takeover = new SpillTakeover({ root, owner, own: this.#own, taken, now, log });
  }

  /** Whether there are segments that {@link takeNext} has not given yet. */
  get hasUnread(): boolean {
    return this.#closed.length > 0 || (this.#writer?.segment.bytes ?? 0) > 0;
  }

  /** Whether it may be worth-while to {@link append}. */
  get hasRoom(): boolean {
    return this.#state.isWorking && this.#bytes <= this.#options.maxBytes * roomShare;
  }

  /** Says that this run lives. To be called every few seconds. */
  touch(): void {
    this.#own.touch();
  }

  /** Makes the segments of runs that have ended one's own. To be called when nothing of this run's waits: theirs are older. */
  takeOver(): void {
    this.#takeover.look();
  }

  /** Puts lines on disk, behind all others, and gives how many: fewer than all when the disk fails or the cap is reached. */
  append(lines: readonly CollectedLine[]): number {
    const { maxBytes, run } = this.#options;
    let taken = 0;
    try {
      if (!this.#own.isCertain()) this.#closeWriter();
      while (taken < lines.length) {
        const records = recordsFrom(lines, taken, run, maxBytes - this.#bytes);
        if (records.lines.length === 0) {
          this.#state.isFull(this.#facts());
          return taken;
        }
        this.#openWriter().append(records);
        this.#bytes += records.bytes.length;
        taken += records.lines.length;
      }
    } catch (error) {
      this.#closeWriter();
      this.#failed(error);
      return taken;
    }
    this.#state.works(this.#facts());
    return taken;
  }

  /**
   * Puts lines on disk whatever the cap, for the next run: `older` before all segments, `newer` behind them. All or none: false when the
   * disk fails, or nothing may go there.
   */
  keep(older: readonly LineForDisk[], newer: readonly LineForDisk[]): boolean {
    if (this.#options.maxBytes === 0) return false;
    let first: string | undefined;
    try {
      if (!this.#own.isCertain()) this.#closeWriter();
      if (older.length > 0) writeSegment((first = this.#own.firstSegment()), older, this.#options);
      if (newer.length > 0) writeSegment(this.#own.nextSegment(), newer, this.#options);
      return true;
    } catch (error) {
      if (first !== undefined) discardSegment(first);
      this.#failed(error);
      return false;
    }
  }

  /** The oldest segment that was not given yet. */
  takeNext(): SpillSegment | undefined {
    if (this.#closed.length === 0) this.#closeWriter();
    return this.#closed.shift();
  }

  /** Called when all lines of a segment are settled. */
  remove(segment: SpillSegment): void {
    this.#bytes -= segment.bytes;
    try {
      if (segment.damaged) this.#keepDamaged(segment);
      else rmSync(segment.path, { force: true });
    } catch (error) {
      const facts = { path: segment.path, error: String(error) };
      this.#options.log.error(
        'a spill segment could not be removed; its lines may be sent again by a later run',
        facts,
      );
    }
  }

  /** Closes the files. The run's directory is removed if nothing is left in it; else the next collector takes it over. */
  close(): void {
    this.#closeWriter();
    try {
      this.#own.removeIfEmpty();
    } catch (error) {
      this.#options.log.warn('the spill directory could not be removed', { ...this.#facts(), error: String(error) });
    }
  }

  #openWriter(): SegmentWriter {
    const { segmentBytes = defaultSegmentBytes, write } = this.#options;
    if (this.#writer !== undefined && this.#writer.segment.bytes >= segmentBytes) this.#closeWriter();
    return (this.#writer ??= new SegmentWriter(this.#own.nextSegment(), write));
  }

  #closeWriter(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    if (writer === undefined) return;
    if (writer.segment.bytes > 0) this.#closed.push(writer.segment);
    try {
      writer.close();
    } catch (error) {
      // What was written is read by its path: a descriptor that cannot be closed changes nothing about it.
      this.#options.log.warn('a spill segment could not be closed', { ...this.#facts(), error: String(error) });
    }
  }

  #keepDamaged(segment: SpillSegment): void {
    const directory = join(this.#options.directory, DAMAGED);
    mkdirSync(directory, { recursive: true });
    renameSync(segment.path, join(directory, `${this.#options.run}-${basename(segment.path)}`));
  }

  #failed(error: unknown): void {
    this.#state.fails(error, this.#facts());
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#own.forget();
  }

  #facts(): Record<string, unknown> {
    return { directory: this.#own.path ?? this.#options.directory, bytesOnDisk: this.#bytes };
  }
}
