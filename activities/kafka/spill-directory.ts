import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Log } from '../../workers/logger.ts';
import type { CollectedLine } from './collected-line.ts';
import { encodeSpillRecord } from './spill-record.ts';
import { DAMAGED, makeRunDirectory, removeRunDirectory, segmentFile, segmentsBelow } from './spill-runs.ts';
import type { SpillOwner } from './spill-runs.ts';
import { SegmentWriter } from './spill-segment.ts';
import type { SpillSegment, WriteBytes } from './spill-segment.ts';
import { takeOverDeadRuns } from './spill-takeover.ts';

export interface SpillOptions {
  /** The directory that holds one directory per run. On a disk of this host. */
  directory: string;
  /** What one run may have on disk, in bytes. */
  maxBytes: number;
  owner: SpillOwner;
  /** A segment is closed when it is this large. Default 8 MiB. */
  segmentBytes?: number;
  /** How long to wait before a disk that failed or is at its cap is tried again. Default 5,000. */
  retryMs?: number;
  /** What takes the place of `writeSync`; for tests that make it fail. */
  write?: WriteBytes;
}

/** Records that go to disk in one write. */
const maxWriteBytes = 256 * 1024;
const defaultSegmentBytes = 8 * 1024 * 1024;
/** A spill that was at its cap takes lines again when a tenth of it is free. */
const roomShare = 0.9;

/**
 * The segments of one run, oldest first, on disk. The newest is *open* and grows; it is closed when it is large enough, when a write fails,
 * or when there is no older one left to read. {@link takeNext} gives each to the reader, who removes it when its lines are acknowledged.
 *
 * Failing is a state of the disk and not an error of the caller: {@link append} says how many lines it has taken, and the log says once
 * when that ends and once when it is over.
 */
export class SpillDirectory {
  readonly #options: SpillOptions & { run: string; log: Log };
  #directory: string | undefined;
  #number = 0;
  #writer: SegmentWriter | undefined;
  readonly #closed: SpillSegment[] = [];
  /** On disk, also what is being read and sent. */
  #bytes = 0;
  #state: 'working' | 'full' | 'failing' = 'working';

  constructor(options: SpillOptions & { run: string; log: Log }) {
    this.#options = options;
  }

  /** Whether there are segments that {@link takeNext} has not given yet. */
  get hasUnread(): boolean {
    return this.#closed.length > 0 || (this.#writer?.segment.bytes ?? 0) > 0;
  }

  /** Whether it may be worth-while to {@link append}. */
  get hasRoom(): boolean {
    return this.#state === 'working' && this.#bytes <= this.#options.maxBytes * roomShare;
  }

  /** Makes the segments of dead runs one's own, to be read before all others. Called once, before the first {@link append}. */
  takeOver(): void {
    const { directory: root, owner, log } = this.#options;
    takeOverDeadRuns({
      root,
      owner,
      ownDirectory: () => this.#ownDirectory(),
      nextPath: () => this.#nextPath(),
      taken: (segment) => {
        this.#closed.push(segment);
        this.#bytes += segment.bytes;
      },
      log,
    });
  }

  /** Puts lines on disk, behind all others, and gives how many: fewer than all when the disk fails or the cap is reached. */
  append(lines: readonly CollectedLine[]): number {
    let taken = 0;
    try {
      while (taken < lines.length) {
        const { records, count } = this.#nextWrite(lines, taken);
        if (count === 0) return this.#refuse('full', taken);
        this.#openWriter().append(records, count);
        this.#bytes += records.length;
        taken += count;
      }
    } catch (error) {
      this.#closeWriter();
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#directory = undefined;
      return this.#refuse('failing', taken, error);
    }
    if (this.#state !== 'working') this.#options.log.info('lines go to disk again', this.#facts());
    this.#state = 'working';
    return taken;
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
    if (this.#directory === undefined) return;
    try {
      if (segmentsBelow(this.#directory).length === 0) removeRunDirectory(this.#directory);
    } catch (error) {
      this.#options.log.warn('the spill directory could not be removed', { ...this.#facts(), error: String(error) });
    }
  }

  /** The records of one write, as far as the cap allows. */
  #nextWrite(lines: readonly CollectedLine[], from: number): { records: Buffer; count: number } {
    const { maxBytes, run } = this.#options;
    const records: Buffer[] = [];
    let bytes = 0;
    for (const line of lines.slice(from, from + 4_000)) {
      const record = encodeSpillRecord(line, run);
      if (this.#bytes + bytes + record.length > maxBytes || bytes >= maxWriteBytes) break;
      records.push(record);
      bytes += record.length;
    }
    return { records: Buffer.concat(records, bytes), count: records.length };
  }

  #openWriter(): SegmentWriter {
    const { segmentBytes = defaultSegmentBytes, write } = this.#options;
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
      // What was written is read by its path: a descriptor that cannot be closed changes nothing about it.
      this.#options.log.warn('a spill segment could not be closed', { ...this.#facts(), error: String(error) });
    }
  }

  #nextPath(): string {
    return join(this.#ownDirectory(), segmentFile(++this.#number));
  }

  #ownDirectory(): string {
    return (this.#directory ??= makeRunDirectory(this.#options.directory, this.#options.run, this.#options.owner));
  }

  #keepDamaged(segment: SpillSegment): void {
    const directory = join(this.#options.directory, DAMAGED);
    mkdirSync(directory, { recursive: true });
    renameSync(segment.path, join(directory, `${this.#options.run}-${basename(segment.path)}`));
  }

  #refuse(state: 'full' | 'failing', taken: number, error?: unknown): number {
    if (this.#state !== state) {
      this.#state = state;
      if (state === 'full') this.#options.log.warn('the spill has reached SPILL_MAX_MB: sockets wait', this.#facts());
      else {
        const facts = { ...this.#facts(), error: String(error) };
        this.#options.log.error('lines cannot be written to disk: sockets wait, and the disk is tried again', facts);
      }
    }
    return taken;
  }

  #facts(): Record<string, unknown> {
    return { directory: this.#directory ?? this.#options.directory, bytesOnDisk: this.#bytes };
  }
}
