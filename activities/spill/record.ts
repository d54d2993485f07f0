import { crc32 } from 'node:zlib';
import type { CollectedLine } from '../kafka/collected-line.ts';

/** A line with all that its record in Kafka will hold: what one spill record keeps. */
export interface SpilledLine extends CollectedLine {
  /** The name of the collector's run that received it: not always the one that sends it. */
  collector: string;
}

/*
 * A record on disk, in big-endian numbers:
 *
 *   4  length of the body in bytes
 *   4  CRC-32 of the body
 *   8  receivedAtMs        ─┐
 *   1  1 for a message      │
 *   2  length of the key    │ the body
 *   2  length of the name   │
 *      key, collector, line─┘
 */
const headBytes = 8;
const fixedBodyBytes = 13;
/** No body is longer: a line has at most 64 KiB, key and name are short. A longer length is not one that we wrote. */
const maxBodyBytes = 256 * 1024;

/** @throws RangeError for a line with its key and collector above 256 KiB, which the line scanner never makes */
export function encodeSpillRecord(line: CollectedLine, collector: string): Buffer {
  const keyBytes = Buffer.byteLength(line.key);
  const collectorBytes = Buffer.byteLength(collector);
  const bodyBytes = fixedBodyBytes + keyBytes + collectorBytes + line.line.length;
  if (bodyBytes > maxBodyBytes) {
    throw new RangeError(
      `Expected a line to take ${maxBodyBytes} bytes or fewer, got ${bodyBytes}. Cut lines when scanning.`,
    );
  }
  const record = Buffer.allocUnsafe(headBytes + bodyBytes);
  record.writeUInt32BE(bodyBytes, 0);
  record.writeBigUInt64BE(BigInt(line.receivedAtMs), 8);
  record.writeUInt8(line.isMessage ? 1 : 0, 16);
  record.writeUInt16BE(keyBytes, 17);
  record.writeUInt16BE(collectorBytes, 19);
  record.write(line.key, 21);
  record.write(collector, 21 + keyBytes);
  line.line.copy(record, 21 + keyBytes + collectorBytes);
  record.writeUInt32BE(crc32(record.subarray(headBytes)), 4);
  return record;
}

/**
 * Reads records up to the first that is cut short or damaged.
 * @returns the lines, which share the memory of `bytes`, and how many bytes they take: `bytes.length` where all is well
 */
export function decodeSpillRecords(bytes: Buffer): { lines: SpilledLine[]; goodBytes: number } {
  const lines: SpilledLine[] = [];
  let at = 0;
  while (at + headBytes <= bytes.length) {
    const bodyBytes = bytes.readUInt32BE(at);
    const end = at + headBytes + bodyBytes;
    if (bodyBytes < fixedBodyBytes || bodyBytes > maxBodyBytes || end > bytes.length) break;
    const body = bytes.subarray(at + headBytes, end);
    if (crc32(body) !== bytes.readUInt32BE(at + 4)) break;
    lines.push(decodeBody(body));
    at = end;
  }
  return { lines, goodBytes: at };
}

/** Whether `rest`, what is behind the good records, is the beginning of one more: what a write that was cut short leaves. */
export function isTornRecord(rest: Buffer): boolean {
  if (rest.length < headBytes) return true;
  const bodyBytes = rest.readUInt32BE(0);
  return bodyBytes >= fixedBodyBytes && bodyBytes <= maxBodyBytes && headBytes + bodyBytes > rest.length;
}

function decodeBody(body: Buffer): SpilledLine {
  const keyEnd = fixedBodyBytes + body.readUInt16BE(9);
  const collectorEnd = keyEnd + body.readUInt16BE(11);
  return {
    receivedAtMs: Number(body.readBigUInt64BE(0)),
    isMessage: body.readUInt8(8) === 1,
    key: body.toString('utf8', fixedBodyBytes, keyEnd),
    collector: body.toString('utf8', keyEnd, collectorEnd),
    line: body.subarray(collectorEnd),
  };
}
