import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../workers/logger.ts';
import { MAX_RECORD_BYTES, decodeSpillRecords } from './spill-record.ts';
import type { SpilledLine } from './spill-record.ts';
import type { SpillSegment } from './spill-segment.ts';

const firstPauseMs = 100;
const longestPauseMs = 30_000;

/**
 * The lines of a segment. It tries for as long as it takes: a disk that cannot be read now may be later, and the lines behind must not
 * pass. What can never be read is logged and left out: the record that its writer's death tore, which nobody was told of; and whatever
 * is damaged, in which case the segment is marked so that it is kept.
 */
export async function readCertainly(segment: SpillSegment, log: Log): Promise<SpilledLine[]> {
  const { path } = segment;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return take(segment, await readFile(path), log);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        log.error('lines on disk are lost: somebody removed their file', { path, lines: segment.lines });
        return [];
      }
      log.error('lines on disk cannot be read; trying again', { path, pauseMs, error: String(error) });
      await delay(pauseMs);
    }
  }
}

function take(segment: SpillSegment, bytes: Buffer, log: Log): SpilledLine[] {
  const { path, lines: expected } = segment;
  // This run knows where its last whole record ends; what is behind is the rest of a write that failed.
  const { lines, goodBytes } = decodeSpillRecords(expected === undefined ? bytes : bytes.subarray(0, segment.bytes));
  const restBytes = bytes.length - goodBytes;
  const facts = { path, lines: lines.length, expected, restBytes };
  const isTorn = expected === undefined && restBytes > 0 && restBytes < MAX_RECORD_BYTES;
  segment.damaged = expected === undefined ? restBytes > 0 && !isTorn : lines.length < expected;
  if (isTorn) log.warn('the last record of a dead collector was torn by its death and is left out', facts);
  if (segment.damaged) log.error('lines on disk are damaged and cannot be sent; their file is kept', facts);
  return lines;
}
