import { toRedRow } from '../../../activities/load/red-row.ts';

/** The line as stored in red: invalid UTF-8 is escaped. */
export function asStored(line: Buffer): Buffer {
  const message = { key: null, value: line, timestamp: '0', offset: '0', attributes: 0, headers: {} };
  return toRedRow(message).line ?? Buffer.alloc(0);
}
