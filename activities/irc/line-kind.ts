import { ROW_COMMANDS } from '../kafka/row-commands.ts';
import type { RowCommand } from '../kafka/row-commands.ts';

const SPACE = 0x20;
const HASH = 0x23;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const AT = 0x40;

const COMMANDS = [
  ...(Object.keys(ROW_COMMANDS) as RowCommand[]),
  'ROOMSTATE',
  'USERSTATE',
  'GLOBALUSERSTATE',
  'NOTICE',
  'JOIN',
  'PART',
  'PING',
  'PONG',
  'CAP',
  'RECONNECT',
] as const;

/** `numeric`: a reply with a three-digit number. `other`: any command not listed here. */
export type LineKind = (typeof COMMANDS)[number] | 'numeric' | 'other';

const kinds: ReadonlyMap<string, LineKind> = new Map(COMMANDS.map((command) => [command, command]));

/** Commands whose first parameter is the channel, even if Twitch left out the `#` (twitchdev/issues#604). */
const CHANNEL_COMMANDS: ReadonlySet<string> = new Set(Object.keys(ROW_COMMANDS));

/** What a collector needs to know about a line. */
export interface LineHead {
  kind: LineKind;
  /** The number of a `numeric`, otherwise 0. */
  numeric: number;
  /**
   * For messages, notices and moderation: the first parameter, with or without `#`. For others: the first parameter that begins with `#`.
   */
  channelLogin: string | undefined;
  /** The `room-id` tag; undefined if absent or empty. */
  roomId: string | undefined;
}

const ROOM_ID_TAG = Buffer.from('room-id');
const EQUALS = 0x3d;

/**
 * Finds the kind and channel of a line from its bytes, without decoding tags or text. Never throws: an invalid line is of kind `other`.
 * activities/yellow/sql/lines.sql parses the same head; a test checks that both agree.
 */
export function readLineHead(line: Buffer): LineHead {
  const tagsEnd = line[0] === AT ? endOfWord(line, 0) : 0;
  let from = skipSpaces(line, tagsEnd);
  if (line[from] === COLON) from = skipSpaces(line, endOfWord(line, from));
  const to = endOfWord(line, from);
  const kind = kindOf(line, from, to);
  return {
    kind,
    numeric: kind === 'numeric' ? Number(line.toString('latin1', from, to)) : 0,
    channelLogin: channelAfter(line, to, CHANNEL_COMMANDS.has(kind)),
    roomId: tagsEnd === 0 ? undefined : roomIdIn(line, tagsEnd),
  };
}

/** The nick in a line's prefix, `nick!user@host` or `nick@host`; `''` if there is none. */
export function nickOf(line: Buffer): string {
  const from = prefixStart(line);
  if (line[from] !== COLON) return '';
  const prefix = line.toString('latin1', from + 1, endOfWord(line, from));
  return prefix.split(/[!@]/, 1)[0] ?? '';
}

/** The first parameter, `''` if there is none. In a welcome it is our nick. */
export function firstParameterOf(line: Buffer): string {
  let from = prefixStart(line);
  if (line[from] === COLON) from = skipSpaces(line, endOfWord(line, from));
  from = skipSpaces(line, endOfWord(line, from));
  return line[from] === COLON ? '' : line.toString('latin1', from, endOfWord(line, from));
}

/** A tag's value as sent, `''` if the tag is absent. If a tag is repeated, the last value counts (IRCv3 message tags). */
export function tagOf(line: Buffer, name: string): string {
  if (line[0] !== AT) return '';
  const tags = line.toString('latin1', 1, endOfWord(line, 0)).split(';');
  return tags.findLast((tag) => tag.startsWith(`${name}=`) || tag === name)?.slice(name.length + 1) ?? '';
}

/** The last parameter, with or without a leading colon. Only after a colon may it be empty or contain spaces. `''` if there is none. */
export function textOf(line: Buffer): string {
  let from = prefixStart(line);
  if (line[from] === COLON) from = skipSpaces(line, endOfWord(line, from));
  from = endOfWord(line, from);
  const mark = line.indexOf(' :', from);
  if (mark !== -1) return line.toString('utf8', mark + 2);
  let end = line.length;
  while (end > from && line[end - 1] === SPACE) end -= 1;
  return line.toString('utf8', Math.max(from, line.lastIndexOf(SPACE, end - 1) + 1), end);
}

function prefixStart(line: Buffer): number {
  return skipSpaces(line, line[0] === AT ? endOfWord(line, 0) : 0);
}

function kindOf(line: Buffer, from: number, to: number): LineKind {
  if (to - from === 3 && isDigit(line[from]) && isDigit(line[from + 1]) && isDigit(line[from + 2])) return 'numeric';
  return kinds.get(line.toString('latin1', from, to)) ?? 'other';
}

/**
 * @param isFirst whether the channel is the first parameter, with or without `#`. Otherwise it is the first parameter with a `#`. A
 *   parameter after a colon is text, unless it is the first one.
 */
function channelAfter(line: Buffer, commandEnd: number, isFirst: boolean): string | undefined {
  const first = skipSpaces(line, commandEnd);
  for (let from = first; from < line.length;) {
    const isText = line[from] === COLON;
    const start = isText ? from + 1 : from;
    const end = endOfWord(line, from);
    const marked = line[start] === HASH;
    if ((marked || isFirst) && (!isText || from === first)) {
      return line.toString('utf8', marked ? start + 1 : start, end) || undefined;
    }
    if (isText) return undefined;
    from = skipSpaces(line, end);
  }
  return undefined;
}

/**
 * A tag's name begins after `@` or `;` and ends before `=`, `;` or the end, and `;` is escaped in values. So neither `source-room-id=` nor
 * a value can match. If the tag is repeated, the last value counts.
 */
function roomIdIn(line: Buffer, tagsEnd: number): string | undefined {
  let found = line.lastIndexOf(ROOM_ID_TAG, tagsEnd);
  while (found !== -1 && !isTagName(line, found, found + ROOM_ID_TAG.length, tagsEnd)) {
    found = line.lastIndexOf(ROOM_ID_TAG, found - 1);
  }
  if (found === -1) return undefined;
  const from = found + ROOM_ID_TAG.length + 1;
  let end = from;
  while (end < tagsEnd && line[end] !== SEMICOLON) end += 1;
  return line[from - 1] !== EQUALS || end === from ? undefined : line.toString('utf8', from, end);
}

function isTagName(line: Buffer, from: number, to: number, tagsEnd: number): boolean {
  if (to > tagsEnd || (from !== 1 && line[from - 1] !== SEMICOLON)) return false;
  return to === tagsEnd || line[to] === EQUALS || line[to] === SEMICOLON;
}

function endOfWord(line: Buffer, from: number): number {
  const end = line.indexOf(SPACE, from);
  return end === -1 ? line.length : end;
}

function skipSpaces(line: Buffer, from: number): number {
  let to = from;
  while (line[to] === SPACE) to += 1;
  return to;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
