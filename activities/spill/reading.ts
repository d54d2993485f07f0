import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../common/log.ts';
import { decodeSpillRecords, isTornRecord } from './record.ts';
import type { SpilledLine } from './record.ts';
import type { SpillSegment } from './segment.ts';

const firstPauseMs = 100;
const longestPauseMs = 30_000;
const damagedText =
  'lines on disk are damaged: those before the damage are sent, those behind it are not, and the file is kept in `damaged`; check the disk, and remove the file when nobody needs it';

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
        const text = 'lines on disk are not there any more: somebody removed their file, or another run took it over';
        log.error(text, { path, lines: segment.lines });
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
  const rest = bytes.subarray(goodBytes);
  const facts = { path, lines: lines.length, expected, goodBytes, restBytes: rest.length };
  const isTorn = expected === undefined && rest.length > 0 && isTornRecord(rest);
  segment.damaged = expected === undefined ? rest.length > 0 && !isTorn : lines.length < expected;
  if (isTorn) log.warn('the last record of a dead collector was torn by its death and is left out', facts);
  if (segment.damaged) log.error(damagedText, facts);
  return lines;
}
