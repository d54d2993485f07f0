import { encodeSpillRecord } from './record.ts';
import type { SpilledLine } from './record.ts';

/** Lines as the bytes of one write. */
export interface SpillRecords {
  bytes: Buffer;
  lines: readonly LineForDisk[];
}

/** A line as it goes to disk: with the run that received it, where that is another one. */
export type LineForDisk = Omit<SpilledLine, 'collector'> & { collector?: string };

/** Records that go to disk in one write. */
const maxWriteBytes = 256 * 1024;

/** The records of one write, from a line on: as many as one write takes, and `roomBytes` at most. */
export function recordsFrom(lines: readonly LineForDisk[], from: number, run: string, roomBytes: number): SpillRecords {
  const records: Buffer[] = [];
  let bytes = 0;
  for (let at = from; at < lines.length && bytes < maxWriteBytes; at++) {
    const line = lines[at];
    if (line === undefined) break;
    const record = encodeSpillRecord(line, line.collector ?? run);
    if (bytes + record.length > roomBytes) break;
    records.push(record);
    bytes += record.length;
  }
  return { bytes: Buffer.concat(records, bytes), lines: lines.slice(from, from + records.length) };
}
