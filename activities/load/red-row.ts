import { isUtf8 } from 'node:buffer';
import type { IHeaders, KafkaMessage } from 'kafkajs';

/** One Kafka record on its way to red. Texts are bytes that are valid UTF-8. */
export interface RedRow {
  offset: bigint;
  /** The broker's clock. */
  appendedAtMs: number;
  /** The collector's clock; null where the record has no such header. */
  receivedAtMs: number | null;
  collector: Buffer | null;
  key: Buffer | null;
  line: Buffer | null;
}

const LATEST_TIME_MS = 8.64e15;

/** Every record makes a row, also one that no collector of ours has sent. */
export function toRedRow(message: KafkaMessage): RedRow {
  return {
    offset: BigInt(message.offset),
    appendedAtMs: Math.max(0, Number(message.timestamp)),
    receivedAtMs: timeOf(headerOf(message.headers, 'receivedAt')),
    collector: textOf(headerOf(message.headers, 'collector')),
    key: textOf(message.key),
    line: textOf(message.value),
  };
}

/** About how many bytes of memory a row takes. */
export function sizeOf(row: RedRow): number {
  return (row.line?.length ?? 0) + (row.key?.length ?? 0) + (row.collector?.length ?? 0) + 100;
}

function headerOf(headers: IHeaders | undefined, name: string): Buffer | null {
  const value = headers?.[name];
  const first = Array.isArray(value) ? value[0] : value;
  // Kafka's headers may have no value, which kafkajs gives as null, whatever its types say.
  if (first === undefined || (first as Buffer | null) === null) return null;
  return Buffer.isBuffer(first) ? first : Buffer.from(first);
}

const DIGIT_ZERO = 0x30;

/** The number that decimal digits tell, read byte by byte: this runs once for every row. */
function timeOf(header: Buffer | null): number | null {
  if (header === null || header.length === 0 || header.length > 16) return null;
  let timeMs = 0;
  for (const byte of header) {
    const digit = byte - DIGIT_ZERO;
    if (digit < 0 || digit > 9) return null;
    timeMs = timeMs * 10 + digit;
  }
  return timeMs <= LATEST_TIME_MS ? timeMs : null;
}

function textOf(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : toUtf8(bytes);
}

/** The first character of the escapes of {@link toUtf8}: byte `b` is U+10F700 + b, in the last private plane. */
const FIRST_ESCAPE = 0x10f700;
const LAST_ESCAPE = 0x10f7ff;
/** The first byte of every character from U+100000 on, the escapes among them. */
const FIRST_BYTE_OF_LAST_PLANE = 0xf4;

/**
 * The bytes as valid UTF-8, without loss. UTF-8 stays as it is, which is all that Twitch sends. In anything else each byte that is no part
 * of a UTF-8 character becomes the private character U+10F700 + byte; where such a character itself comes in, its four bytes are escaped
 * in the same way. So every escape in red stands for one byte, and putting those back gives exactly what came.
 */
function toUtf8(bytes: Buffer): Buffer {
  if (isUtf8(bytes) && !bytes.includes(FIRST_BYTE_OF_LAST_PLANE)) return bytes;
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    const character = bytes.subarray(at, at + Math.max(length, 1));
    pieces.push(length > 0 && !isEscape(character) ? character : escape(character));
    at += character.length;
  }
  return Buffer.concat(pieces);
}

/** How many bytes the UTF-8 character at `at` has; 0 where none is. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}

function isEscape(character: Buffer): boolean {
  if (character[0] !== FIRST_BYTE_OF_LAST_PLANE) return false;
  const code = character.toString().codePointAt(0) ?? 0;
  return code >= FIRST_ESCAPE && code <= LAST_ESCAPE;
}

function escape(bytes: Buffer): Buffer {
  return Buffer.from(String.fromCodePoint(...Array.from(bytes, (byte) => FIRST_ESCAPE + byte)));
}
