import { isUtf8 } from 'node:buffer';
import type { IHeaders, KafkaMessage } from 'kafkajs';

/** One Kafka record as a row of red. Texts are bytes, always valid UTF-8. */
export interface RedRow {
  offset: bigint;
  /** The broker's clock. */
  appendedAtMs: number;
  /** The collector's clock; null without the header. */
  receivedAtMs: number | null;
  collector: Buffer | null;
  key: Buffer | null;
  line: Buffer | null;
}

const LATEST_TIME_MS = 8.64e15;

/** Every record becomes a row, even if no collector sent it. */
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
  // A Kafka header may have no value. kafkajs returns null then, although its types exclude it.
  if (first === undefined || (first as Buffer | null) === null) return null;
  return Buffer.isBuffer(first) ? first : Buffer.from(first);
}

const DIGIT_ZERO = 0x30;

/** Parses decimal digits byte by byte, because this runs for every row. */
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

/** {@link toUtf8} escapes byte `b` as the character U+10F700 + b, in the last private plane. */
const FIRST_ESCAPE = 0x10f700;
const LAST_ESCAPE = 0x10f7ff;
/** The first byte of all characters from U+100000 on, which include the escapes. */
const FIRST_BYTE_OF_LAST_PLANE = 0xf4;

/**
 * Converts bytes to valid UTF-8 without loss. Valid UTF-8, which is all that Twitch sends, is not changed. Each byte that is not part of a
 * UTF-8 character becomes the private character U+10F700 + byte. If the input has such a private character, its four bytes are escaped in
 * the same way. So each escape in red is one byte, and unescaping restores the input exactly.
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

/** Length of the UTF-8 character at `at`, in bytes; 0 if there is none. */
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
