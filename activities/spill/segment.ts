import { closeSync, ftruncateSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../common/log.ts';
import { SpillMessages } from './messages.ts';
import { decodeRecords, isTornRecord, recordsFrom } from './record.ts';
import type { LineForDisk, Records, SpilledLine } from './record.ts';

/** One file of records. It grows while it is the newest, is read once, and is removed when Kafka has acknowledged all its lines. */
export interface SpillSegment {
  path: string;
  /** Size of the whole records. */
  bytes: number;
  /** How many lines this run has written to it; undefined if an earlier process wrote it. */
  lines: number | undefined;
  /** The messages among those lines; none if an earlier process wrote it. */
  messages: SpillMessages;
  /** A damaged segment is kept for a person instead of being removed. */
  damaged: boolean;
}

/** Has the signature of `writeSync`: returns how many bytes were written, throws if the disk refuses. */
export type WriteBytes = (descriptor: number, bytes: Buffer) => number;

const SEGMENT_FILE = /^\d{8,}\.segment$/;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
const DAMAGED_TEXT =
  'lines on disk are damaged: those before the damage are sent, and the file is kept in `damaged`. Check the disk. If you can repair the file, move it to the directory of the collector as 00000001.segment and restart the collector: it sends the file again';

/** Damaged segments go to this directory, beside those of the collectors. */
export const DAMAGED = 'damaged';

export const segmentFile = (number: number): string => `${String(number).padStart(8, '0')}.segment`;

export const segmentNumber = (path: string): number => Number.parseInt(basename(path), 10);

export const isSegment = (path: string): boolean => SEGMENT_FILE.test(basename(path));

/** Appends to a new segment. Nothing is synced: written lines survive the death of the process, but not a power failure. */
export class SegmentWriter {
  readonly segment: SpillSegment;
  readonly #descriptor: number;
  readonly #write: WriteBytes;
  #isClosed = false;

  /** @throws the system's error if the file cannot be created or exists already */
  constructor(path: string, write: WriteBytes = writeSync) {
    this.#descriptor = openSync(path, 'ax');
    this.#write = write;
    this.segment = { path, bytes: 0, lines: 0, messages: new SpillMessages(), damaged: false };
  }

  /**
   * Appends all records or none. After a failure the segment ends where it ended before, and takes no more.
   * @throws the system's error
   */
  append({ bytes, lines }: Records): void {
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

  /** Closes the file, and removes it if it is empty. @throws the system's error */
  close(): void {
    this.#closeFile();
    if (this.segment.bytes === 0) rmSync(this.segment.path, { force: true });
  }

  /** Closes and removes the file. Reports no error: the caller has one already. */
  discard(): void {
    try {
      this.#closeFile();
    } catch {
      // A failed close frees the descriptor, too: close(2).
    }
    discardSegment(this.segment.path);
  }

  /** Closes once: after that the number may belong to another file. */
  #closeFile(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }

  /** If this fails too, the torn record stays. This run reads up to `bytes`; a later one sees that the record is incomplete. */
  #cutBack(): void {
    try {
      ftruncateSync(this.#descriptor, this.segment.bytes);
    } catch {
      // The caller throws the first error.
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

/** Removes a segment whose lines are stored elsewhere, too. If that fails they are sent twice, and yellow drops the copies. */
export function discardSegment(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The caller has an error to report already.
  }
}

/** Paths of all files in a directory and its subdirectories, sorted; none if it does not exist. @throws the system's error */
export function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => join(parentPath, name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Those of them that are segments, oldest first. */
export const segmentsIn = (directory: string): string[] => filesIn(directory).filter(isSegment);

/**
 * Reads the lines of a segment. Retries for ever: a disk that cannot be read now may be readable later, and newer lines must not overtake
 * these. Two things are logged and left out: a last record that its writer's death cut short, and everything from the first damaged record
 * on. In the second case the segment is marked `damaged`.
 */
export async function readSegment(segment: SpillSegment, log: Log): Promise<SpilledLine[]> {
  const { path } = segment;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return decode(segment, await readFile(path), log);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        log.error('lines on disk are lost: their file was removed', { path, lines: segment.lines });
        return [];
      }
      log.error('lines on disk cannot be read; trying again', { path, pauseMs, error: String(error) });
      await delay(pauseMs);
    }
  }
}

function decode(segment: SpillSegment, bytes: Buffer, log: Log): SpilledLine[] {
  const { path, lines: expected } = segment;
  // This run knows where its last whole record ends. What follows is the rest of a failed write.
  const { lines, goodBytes } = decodeRecords(expected === undefined ? bytes : bytes.subarray(0, segment.bytes));
  const rest = bytes.subarray(goodBytes);
  const facts = { path, lines: lines.length, expected, goodBytes, restBytes: rest.length };
  const isTorn = expected === undefined && rest.length > 0 && isTornRecord(rest);
  segment.damaged = expected === undefined ? rest.length > 0 && !isTorn : lines.length < expected;
  if (isTorn)
    log.warn('the last record on disk is incomplete, since its collector died while writing; it is left out', facts);
  if (segment.damaged) log.error(DAMAGED_TEXT, facts);
  return lines;
}
