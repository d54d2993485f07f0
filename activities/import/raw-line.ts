import { createHash } from 'node:crypto';
import { readLineHead, tagOf } from '../irc/line-kind.ts';
import type { CollectedLine } from '../kafka/collected-line.ts';
import { COMMANDS_WITHOUT_ROWS, ROW_COMMANDS } from '../kafka/row-commands.ts';
import { ERASED } from '../opt-out/redact-line.ts';

/** What becomes of a line of a log: it is imported, left out because it has no row in any table, or cannot be read. */
export type ReadLine = { line: CollectedLine } | { leftOut: true } | { problem: string };

/** The times that a line can have, in milliseconds since 1970. */
export interface TimeRange {
  fromMs: number;
  toMs: number;
}

const AT_SIGN = 0x40;
const SPACE = 0x20;
const ERASED_LINE = Buffer.from(ERASED);
const ROWS: ReadonlySet<string> = new Set(Object.keys(ROW_COMMANDS));
const WITHOUT_ROWS: ReadonlySet<string> = new Set(COMMANDS_WITHOUT_ROWS);
const WITH_IDS: ReadonlySet<string> = new Set(['PRIVMSG', 'USERNOTICE']);
const NO_TEXT = /^[\s\0]*$/;

/**
 * Reads the lines of one log, in order. The same log always gives the same lines, so that a second import adds no row:
 *
 * - A line without a possible `tmi-sent-ts` gets one: its `rm-received-ts` (a service that keeps recent messages adds it), or the time of the
 *   line before it. Many lines of old logs have no time (twurple/twurple#331, Chatterino/chatterino2#1286).
 * - A message or notice without an `id` gets one: a hash of the line. If its time is that of another line, the hash has its number in the log,
 *   too, because people say the same thing twice.
 */
export class RawLines {
  readonly #times: TimeRange;
  #lastMs: number;

  /** @param firstMs the time of lines before the first one that has a time */
  constructor(times: TimeRange, firstMs: number) {
    this.#times = times;
    this.#lastMs = Math.min(Math.max(firstMs, times.fromMs), times.toMs);
  }

  /** @param number its place in the log, from 1 */
  read(line: Buffer, number: number): ReadLine {
    const { kind, channelLogin, roomId } = readLineHead(line);
    if (!ROWS.has(kind)) return isOfTwitch(line, kind) ? { leftOut: true } : { problem: problemOf(line) };
    if (line.subarray(0, ERASED_LINE.length).equals(ERASED_LINE)) return { leftOut: true };
    const key = roomId ?? channelLogin?.toLowerCase();
    if (key === undefined) return { problem: 'it names no channel' };
    const ownMs = this.timeOf(line);
    if (ownMs !== undefined) this.#lastMs = ownMs.timeMs;
    const timed = ownMs?.isSent === true ? line : withTag(line, 'tmi-sent-ts', String(this.#lastMs));
    const isWithoutId = WITH_IDS.has(kind) && tagOf(line, 'id') === '';
    const whole = isWithoutId ? withTag(timed, 'id', idOf(timed, ownMs === undefined ? number : 0)) : timed;
    return { line: { key, line: whole, receivedAtMs: this.#lastMs, isMessage: kind === 'PRIVMSG' } };
  }

  /** The time in the line; undefined if it has none, or an impossible one. */
  timeOf(line: Buffer): { timeMs: number; isSent: boolean } | undefined {
    const sentMs = this.#possible(tagOf(line, 'tmi-sent-ts'));
    if (sentMs !== undefined) return { timeMs: sentMs, isSent: true };
    const receivedMs = this.#possible(tagOf(line, 'rm-received-ts'));
    return receivedMs === undefined ? undefined : { timeMs: receivedMs, isSent: false };
  }

  #possible(digits: string): number | undefined {
    const timeMs = /^\d{1,15}$/.test(digits) ? Number(digits) : NaN;
    return timeMs >= this.#times.fromMs && timeMs <= this.#times.toMs ? timeMs : undefined;
  }
}

function isOfTwitch(line: Buffer, kind: string): boolean {
  return kind !== 'other' || WITHOUT_ROWS.has(commandOf(line)) || NO_TEXT.test(line.toString('latin1'));
}

/** The command of a line that {@link readLineHead} does not know. */
function commandOf(line: Buffer): string {
  const words = line
    .toString('latin1')
    .split(' ')
    .filter((word) => word !== '');
  const from = words[0]?.startsWith('@') === true ? 1 : 0;
  return words[words[from]?.startsWith(':') === true ? from + 1 : from] ?? '';
}

function problemOf(line: Buffer): string {
  const command = commandOf(line);
  return command === '' ? 'it has no command' : `${JSON.stringify(command.slice(0, 30))} is no command of Twitch chat`;
}

/** A repeated tag has its last value, so the new one comes last. */
function withTag(line: Buffer, name: string, value: string): Buffer {
  const end = line[0] === AT_SIGN ? line.indexOf(SPACE) : -1;
  const tag = `${name}=${value}`;
  if (end === -1) return Buffer.concat([Buffer.from(`@${tag} `), line]);
  return Buffer.concat([line.subarray(0, end), Buffer.from(end === 1 ? tag : `;${tag}`), line.subarray(end)]);
}

function idOf(line: Buffer, number: number): string {
  return `chatlake-${createHash('sha256').update(`${number} `).update(line).digest('hex').slice(0, 32)}`;
}
