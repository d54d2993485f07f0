import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { SpillMessages } from './messages.ts';
import { recordsFrom } from './records.ts';
import type { LineForDisk, SpillRecords } from './records.ts';

/** One file of records. It grows while it is the newest, is read once, and is removed when all its lines are acknowledged. */
export interface SpillSegment {
  path: string;
  /** Whole records, in bytes. */
  bytes: number;
  /** How many lines this run has put into it; undefined for a segment that was taken over. */
  lines: number | undefined;
  /** The messages among those lines: none for a segment that was taken over. */
  messages: SpillMessages;
  /** Kept for a person to look at instead of being removed. */
  damaged: boolean;
}

/** Writes to an open file, like {@link writeSync}: it gives how many bytes were taken, and throws when the disk does not want them. */
export type WriteBytes = (descriptor: number, bytes: Buffer) => number;

/** Appends to a new segment. Nothing is synced: what was appended outlives the process, and not a loss of power. */
export class SegmentWriter {
  readonly segment: SpillSegment;
  readonly #descriptor: number;
  readonly #write: WriteBytes;
  #isClosed = false;

  /** @throws the system's error when the file cannot be made, or is there already */
  constructor(path: string, write: WriteBytes = writeSync) {
    this.#descriptor = openSync(path, 'ax');
    this.#write = write;
    this.segment = { path, bytes: 0, lines: 0, messages: new SpillMessages(), damaged: false };
  }

  /**
   * Appends whole records, all or none: after a failure the segment ends where it ended before, and takes no more.
   * @throws the system's error
   */
  append({ bytes, lines }: SpillRecords): void {
    try {
      for (let at = 0; at < bytes.length;) at += this.#write(this.#descriptor, bytes.subarray(at));
    } catch (error) {
      this.#cutBack();
      throw error;
    }
    this.segment.bytes += bytes.length;
    this.segment.lines = (this.segment.lines ?? 0) + lines.length;
    this.segment.messages.add(lines);
  }

  /** Ends the segment; an empty one is removed. @throws the system's error */
  close(): void {
    this.#closeFile();
    if (this.segment.bytes === 0) rmSync(this.segment.path, { force: true });
  }

  /** Closes and removes the segment. An error on the way is not reported: the one that led here is. */
  discard(): void {
    try {
      this.#closeFile();
    } catch {
      // A close that fails frees the descriptor all the same: close(2).
    }
    discardSegment(this.segment.path);
  }

  /** A second call does nothing: by then somebody else may have the number. */
  #closeFile(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }

  /** Where this fails too the torn record stays; readers stop at `bytes`, and after a crash its CRC tells. */
  #cutBack(): void {
    try {
      ftruncateSync(this.#descriptor, this.segment.bytes);
    } catch {
      // The first error is the one to tell.
    }
  }
}

/** Writes a whole segment, or leaves none. @throws the system's error */
export function writeSegment(
  path: string,
  lines: readonly LineForDisk[],
  { run, write }: { run: string; write?: WriteBytes },
): void {
  const writer = new SegmentWriter(path, write);
  try {
    for (let taken = 0; taken < lines.length;) {
      const records = recordsFrom(lines, taken, run, Infinity);
      writer.append(records);
      taken += records.lines.length;
    }
    writer.close();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** Removes a segment whose lines are elsewhere as well. Where that fails they are sent twice, and yellow removes one. */
export function discardSegment(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The error that led here is the one to tell.
  }
}
