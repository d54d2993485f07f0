import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Log } from '../../common/log.ts';
import type { CollectedLine } from '../kafka/collected-line.ts';
import { othersIn, takeAbandoned } from './abandoned.ts';
import { DiskState } from './disk-state.ts';
import { SpillMessages } from './messages.ts';
import { recordsFrom } from './record.ts';
import type { LineForDisk } from './record.ts';
import {
  DAMAGED,
  SegmentWriter,
  discardSegment,
  segmentFile,
  segmentNumber,
  segmentsIn,
  writeSegment,
} from './segment.ts';
import type { SpillSegment, WriteBytes } from './segment.ts';

export interface SpillOptions {
  /** Holds one directory per collector, on a local disk. */
  directory: string;
  /** The collector's name. Its lines lie in `<directory>/<name>`, which only this process uses: see `lockCollector`. */
  name: string;
  /** How many bytes the collector may have on disk. 0: none, not even at the end. */
  maxBytes: number;
  /** A segment is closed when it reaches this size. Default 8 MiB. */
  segmentBytes?: number;
  /** How long to wait before trying a failing or full disk again, and before looking for abandoned lines. Default 5,000. */
  retryMs?: number;
  /** Replaces `writeSync`, for tests. */
  write?: WriteBytes;
}

type Options = SpillOptions & {
  /** Names the collector run, which is in the records of its lines. */
  run: string;
  log: Log;
};

const SEGMENT_BYTES = 8 * 1024 * 1024;
/** A full spill takes lines again when a tenth of it is free. */
const ROOM_SHARE = 0.9;
/** Segments are numbered from here, in both directions. */
const MIDDLE = 50_000_000;

/**
 * The segments of one collector, oldest first. Those that an earlier process left come first. The newest segment is *open* and grows. It is
 * closed when it is large enough, when a write fails, or when no older one is left to read. {@link takeNext} hands out the oldest; the
 * caller removes it when Kafka has acknowledged its lines. A run that ends stores its memory with {@link keep}.
 *
 * A failing disk is a state and not an error: {@link append} returns how many lines it has taken. The log reports when the state begins and
 * when it ends.
 */
export class SpillDirectory {
  readonly #options: Options;
  readonly #own: string;
  readonly #state: DiskState;
  readonly #reported = new Set<string>();
  readonly #closed: SpillSegment[] = [];
  #writer: SegmentWriter | undefined;
  /** Size of all segments, including those being sent. */
  #bytes = 0;
  #hasFound = false;
  #lowest = MIDDLE;
  #highest = MIDDLE;

  constructor(options: Options) {
    this.#options = options;
    this.#own = join(options.directory, options.name);
    this.#state = new DiskState(options.log);
  }

  /** Whether {@link takeNext} has more segments to hand out. */
  get hasUnread(): boolean {
    return this.#closed.length > 0 || (this.#writer?.segment.bytes ?? 0) > 0;
  }

  /** Whether {@link append} is likely to succeed. */
  get hasRoom(): boolean {
    return this.#state.isWorking && this.#bytes <= this.#options.maxBytes * ROOM_SHARE;
  }

  /** Looks for lines that other processes left. Call it at the start, and when no line of this run waits: theirs are older. */
  look(): void {
    const { directory: root, name, log } = this.#options;
    try {
      this.#find();
      for (const directory of othersIn(root, name)) this.#takeFrom(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#reportOnce(root, () =>
        log.error('lines on disk could not be looked for; trying again', { ...this.#facts(), error: String(error) }),
      );
    }
  }

  /** Writes lines behind all others. Returns how many: fewer than all if the disk fails or `maxBytes` is reached. */
  append(lines: readonly CollectedLine[]): number {
    const { maxBytes, run } = this.#options;
    let taken = 0;
    try {
      this.#find();
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
      this.#state.fails(error, this.#facts());
      return taken;
    }
    this.#state.works(this.#facts());
    return taken;
  }

  /**
   * Stores the lines of a run that ends: `older` before all segments, `newer` behind them, whatever `maxBytes` is. All or none.
   * @returns false if the disk fails, or `maxBytes` is 0
   */
  keep(older: readonly LineForDisk[], newer: readonly LineForDisk[]): boolean {
    if (this.#options.maxBytes === 0) return false;
    let first: string | undefined;
    try {
      this.#find();
      if (older.length > 0) writeSegment((first = this.#firstPath()), older, this.#options);
      if (newer.length > 0) writeSegment(this.#nextPath(), newer, this.#options);
      return true;
    } catch (error) {
      if (first !== undefined) discardSegment(first);
      this.#state.fails(error, this.#facts());
      return false;
    }
  }

  /** Hands out the oldest segment that was not handed out yet. */
  takeNext(): SpillSegment | undefined {
    if (this.#closed.length === 0) this.#closeWriter();
    return this.#closed.shift();
  }

  /** Call it when Kafka has answered for all lines of a segment. */
  remove(segment: SpillSegment): void {
    this.#bytes -= segment.bytes;
    try {
      if (segment.damaged) this.#putAside(segment);
      else rmSync(segment.path, { force: true });
    } catch (error) {
      const facts = { path: segment.path, error: String(error) };
      this.#options.log.error('a spill segment could not be removed; the next run may send its lines again', facts);
    }
  }

  /** Closes the open file. The next process of this name sends what is left. */
  close(): void {
    this.#closeWriter();
  }

  /** Finds the segments of earlier processes, once. @throws the system's error; the next call tries again */
  #find(): void {
    if (this.#hasFound) return;
    const found = segmentsIn(this.#own).map((path) => ({ path, bytes: statSync(path).size }));
    this.#hasFound = true;
    for (const { path, bytes } of found) this.#add(path, bytes);
    const numbers = found.map(({ path }) => segmentNumber(path));
    this.#lowest = Math.min(this.#lowest, ...numbers);
    this.#highest = Math.max(this.#highest, ...numbers);
    if (found.length > 0)
      this.#options.log.info('an earlier process left lines on disk: they are sent first', this.#facts());
  }

  #takeFrom(directory: string): void {
    const { log } = this.#options;
    try {
      const segments = takeAbandoned(directory, (from) => {
        const path = this.#nextPath();
        const { size } = statSync(from);
        renameSync(from, path);
        this.#add(path, size);
      });
      if (segments > 0) log.info('took over lines on disk that nobody else will send', { directory, segments });
    } catch (error) {
      const text = 'lines on disk that nobody else will send could not be taken over; trying again';
      this.#reportOnce(directory, () => log.error(text, { directory, error: String(error) }));
    }
  }

  #add(path: string, bytes: number): void {
    this.#closed.push({ path, bytes, lines: undefined, messages: new SpillMessages(), damaged: false });
    this.#bytes += bytes;
  }

  #path(number: number): string {
    mkdirSync(this.#own, { recursive: true });
    return join(this.#own, segmentFile(number));
  }

  #nextPath(): string {
    return this.#path(++this.#highest);
  }

  /** The same one until {@link keep} has succeeded. If nothing is left below, the order is lost and not the lines. */
  #firstPath(): string {
    return this.#lowest > 0 ? this.#path(this.#lowest - 1) : this.#nextPath();
  }

  #openWriter(): SegmentWriter {
    const { segmentBytes = SEGMENT_BYTES, write } = this.#options;
    if (this.#writer !== undefined && this.#writer.segment.bytes >= segmentBytes) this.#closeWriter();
    return (this.#writer ??= new SegmentWriter(this.#nextPath(), write));
  }

  #closeWriter(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    if (writer === undefined) return;
    if (writer.segment.bytes > 0) this.#closed.push(writer.segment);
    try {
      writer.close();
    } catch (error) {
      // The segment is read by its path all the same.
      this.#options.log.warn('a spill segment could not be closed', { ...this.#facts(), error: String(error) });
    }
  }

  #putAside(segment: SpillSegment): void {
    const { directory: root, run } = this.#options;
    mkdirSync(join(root, DAMAGED), { recursive: true });
    renameSync(segment.path, join(root, DAMAGED, `${run}-${basename(segment.path)}`));
  }

  #reportOnce(about: string, report: () => void): void {
    if (!this.#reported.has(about)) report();
    this.#reported.add(about);
  }

  #facts(): Record<string, unknown> {
    return { directory: this.#own, bytesOnDisk: this.#bytes };
  }
}
