import { crc32 } from 'node:zlib';
import type { CollectedLine } from '../kafka/collected-line.ts';

/** A line with everything that its Kafka record will hold. */
export interface SpilledLine extends CollectedLine {
  /** The collector run that received it. Another run may send it. */
  collector: string;
}

/** A line on its way to disk. Without `collector`, this run received it. */
export type LineForDisk = CollectedLine & { collector?: string };

/** The bytes of one write, and the lines in them. */
export interface Records {
  bytes: Buffer;
  lines: readonly LineForDisk[];
}

/*
 * A record on disk. Numbers are big-endian:
 *
 *   4  length of the body in bytes
 *   4  CRC-32 of the body
 *   8  receivedAtMs        ─┐
 *   1  1 for a message      │
 *   2  length of the key    │ the body
 *   2  length of the name   │
 *      key, collector, line─┘
 */
const HEAD_BYTES = 8;
const FIXED_BODY_BYTES = 13;
/** The longest body: a line has at most 64 KiB, key and name are short. A longer one is damage. */
const MAX_BODY_BYTES = 256 * 1024;
/** A write ends with the record that reaches this size. */
const WRITE_BYTES = 256 * 1024;

/**
 * Encodes lines for one write, from index `from` on.
 * @param run the collector run that received the lines without `collector`
 * @param roomBytes the records take no more than this; there may be none
 */
export function recordsFrom(lines: readonly LineForDisk[], from: number, run: string, roomBytes: number): Records {
  const records: Buffer[] = [];
  let bytes = 0;
  for (const line of lines.slice(from)) {
    if (bytes >= WRITE_BYTES) break;
    const record = encodeRecord(line, line.collector ?? run);
    if (bytes + record.length > roomBytes) break;
    records.push(record);
    bytes += record.length;
  }
  return { bytes: Buffer.concat(records, bytes), lines: lines.slice(from, from + records.length) };
}

/** @throws RangeError for a body above 256 KiB, which the line scanner never makes */
export function encodeRecord(line: CollectedLine, collector: string): Buffer {
  const keyBytes = Buffer.byteLength(line.key);
  const collectorBytes = Buffer.byteLength(collector);
  const bodyBytes = FIXED_BODY_BYTES + keyBytes + collectorBytes + line.line.length;
  if (bodyBytes > MAX_BODY_BYTES) {
    throw new RangeError(
      `Expected a line to take ${MAX_BODY_BYTES} bytes or fewer, got ${bodyBytes}. Cut lines when scanning.`,
    );
  }
  const record = Buffer.allocUnsafe(HEAD_BYTES + bodyBytes);
  record.writeUInt32BE(bodyBytes, 0);
  record.writeBigUInt64BE(BigInt(line.receivedAtMs), 8);
  record.writeUInt8(line.isMessage ? 1 : 0, 16);
  record.writeUInt16BE(keyBytes, 17);
  record.writeUInt16BE(collectorBytes, 19);
  record.write(line.key, 21);
  record.write(collector, 21 + keyBytes);
  line.line.copy(record, 21 + keyBytes + collectorBytes);
  record.writeUInt32BE(crc32(record.subarray(HEAD_BYTES)), 4);
  return record;
}

/**
 * Decodes records up to the first that is incomplete or damaged.
 * @returns the lines, which share the memory of `bytes`, and the bytes they take: `bytes.length` if all is well
 */
export function decodeRecords(bytes: Buffer): { lines: SpilledLine[]; goodBytes: number } {
  const lines: SpilledLine[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const bodyBytes = bytes.readUInt32BE(at);
    const end = at + HEAD_BYTES + bodyBytes;
    if (bodyBytes < FIXED_BODY_BYTES || bodyBytes > MAX_BODY_BYTES || end > bytes.length) break;
    const body = bytes.subarray(at + HEAD_BYTES, end);
    if (crc32(body) !== bytes.readUInt32BE(at + 4)) break;
    lines.push(decodeBody(body));
    at = end;
  }
  return { lines, goodBytes: at };
}

/** Whether `rest`, the bytes after the good records, is the beginning of one record: the trace of an interrupted write. */
export function isTornRecord(rest: Buffer): boolean {
  if (rest.length < HEAD_BYTES) return true;
  const bodyBytes = rest.readUInt32BE(0);
  return bodyBytes >= FIXED_BODY_BYTES && bodyBytes <= MAX_BODY_BYTES && HEAD_BYTES + bodyBytes > rest.length;
}

function decodeBody(body: Buffer): SpilledLine {
  const keyEnd = FIXED_BODY_BYTES + body.readUInt16BE(9);
  const collectorEnd = keyEnd + body.readUInt16BE(11);
  return {
    receivedAtMs: Number(body.readBigUInt64BE(0)),
    isMessage: body.readUInt8(8) === 1,
    key: body.toString('utf8', FIXED_BODY_BYTES, keyEnd),
    collector: body.toString('utf8', keyEnd, collectorEnd),
    line: body.subarray(collectorEnd),
  };
}
