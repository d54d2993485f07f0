import { ROW_COMMANDS } from '../kafka/row-commands.ts';
import type { RowCommand } from '../kafka/row-commands.ts';

const space = 0x20;
const hash = 0x23;
const colon = 0x3a;
const semicolon = 0x3b;
const at = 0x40;

const commands = [
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

/** `numeric` is an answer of the server with a three-digit number; `other` is any command not named here. */
export type LineKind = (typeof commands)[number] | 'numeric' | 'other';

const kinds: ReadonlyMap<string, LineKind> = new Map(commands.map((command) => [command, command]));

/** Their first parameter is the channel, also where Twitch left out its `#` (twitchdev/issues#604). */
const inRooms: ReadonlySet<string> = new Set(Object.keys(ROW_COMMANDS));

/** What a collector needs to know of a line. */
export interface LineHead {
  kind: LineKind;
  /** The number of a `numeric`, else 0. */
  numeric: number;
  /** The first parameter that begins with `#`, without it; for messages, notices and moderation the first parameter, with `#` or without. */
  channelLogin: string | undefined;
  /** The `room-id` tag, undefined where it is absent or empty. */
  roomId: string | undefined;
}

const roomIdTag = Buffer.from('room-id');
const equals = 0x3d;

/**
 * Finds kind and channel of a line by looking at its bytes; tags and text are not decoded. Never throws: a line that makes no sense is
 * of kind `other`. The same head is read in activities/yellow/sql/lines.sql; a test holds the two equal.
 */
export function readLineHead(line: Buffer): LineHead {
  const tagsEnd = line[0] === at ? endOfWord(line, 0) : 0;
  let from = skipSpaces(line, tagsEnd);
  if (line[from] === colon) from = skipSpaces(line, endOfWord(line, from));
  const to = endOfWord(line, from);
  const kind = kindOf(line, from, to);
  return {
    kind,
    numeric: kind === 'numeric' ? Number(line.toString('latin1', from, to)) : 0,
    channelLogin: channelAfter(line, to, inRooms.has(kind)),
    roomId: tagsEnd === 0 ? undefined : roomIdIn(line, tagsEnd),
  };
}

/** The nick in a line's prefix, `nick!user@host` or `nick@host`; `''` where there is none. */
export function nickOf(line: Buffer): string {
  const from = prefixStart(line);
  if (line[from] !== colon) return '';
  const prefix = line.toString('latin1', from + 1, endOfWord(line, from));
  return prefix.split(/[!@]/, 1)[0] ?? '';
}

/** The first parameter, `''` where there is none. A welcome has our nick there. */
export function firstParameterOf(line: Buffer): string {
  let from = prefixStart(line);
  if (line[from] === colon) from = skipSpaces(line, endOfWord(line, from));
  from = skipSpaces(line, endOfWord(line, from));
  return line[from] === colon ? '' : line.toString('latin1', from, endOfWord(line, from));
}

/** A tag's value as sent, `''` where the tag is absent; of several the last one holds (IRCv3 message tags). */
export function tagOf(line: Buffer, name: string): string {
  if (line[0] !== at) return '';
  const tags = line.toString('latin1', 1, endOfWord(line, 0)).split(';');
  return tags.findLast((tag) => tag.startsWith(`${name}=`) || tag === name)?.slice(name.length + 1) ?? '';
}

/** The last parameter, with or without a colon before it; only after a colon it may be empty or hold spaces. `''` where there is none. */
export function textOf(line: Buffer): string {
  let from = prefixStart(line);
  if (line[from] === colon) from = skipSpaces(line, endOfWord(line, from));
  from = endOfWord(line, from);
  const mark = line.indexOf(' :', from);
  if (mark !== -1) return line.toString('utf8', mark + 2);
  let end = line.length;
  while (end > from && line[end - 1] === space) end -= 1;
  return line.toString('utf8', Math.max(from, line.lastIndexOf(space, end - 1) + 1), end);
}

function prefixStart(line: Buffer): number {
  return skipSpaces(line, line[0] === at ? endOfWord(line, 0) : 0);
}

function kindOf(line: Buffer, from: number, to: number): LineKind {
  if (to - from === 3 && isDigit(line[from]) && isDigit(line[from + 1]) && isDigit(line[from + 2])) return 'numeric';
  return kinds.get(line.toString('latin1', from, to)) ?? 'other';
}

/**
 * @param isFirst whether the channel is the first parameter, `#` or not; else it is the first one with a `#`. What stands after a colon is
 *   text, whatever it looks like, but where it is the first parameter.
 */
function channelAfter(line: Buffer, commandEnd: number, isFirst: boolean): string | undefined {
  const first = skipSpaces(line, commandEnd);
  for (let from = first; from < line.length;) {
    const isText = line[from] === colon;
    const start = isText ? from + 1 : from;
    const end = endOfWord(line, from);
    const marked = line[start] === hash;
    if ((marked || isFirst) && (!isText || from === first)) {
      return line.toString('utf8', marked ? start + 1 : start, end) || undefined;
    }
    if (isText) return undefined;
    from = skipSpaces(line, end);
  }
  return undefined;
}

/**
 * A tag's name begins after `@` or `;` and ends before `=`, `;` or the end, and values escape their `;`: so neither `source-room-id=` nor a
 * value is taken for it. Of several the last one holds.
 */
function roomIdIn(line: Buffer, tagsEnd: number): string | undefined {
  let found = line.lastIndexOf(roomIdTag, tagsEnd);
  while (found !== -1 && !isTagName(line, found, found + roomIdTag.length, tagsEnd)) {
    found = line.lastIndexOf(roomIdTag, found - 1);
  }
  if (found === -1) return undefined;
  const from = found + roomIdTag.length + 1;
  let end = from;
  while (end < tagsEnd && line[end] !== semicolon) end += 1;
  return line[from - 1] !== equals || end === from ? undefined : line.toString('utf8', from, end);
}

function isTagName(line: Buffer, from: number, to: number, tagsEnd: number): boolean {
  if (to > tagsEnd || (from !== 1 && line[from - 1] !== semicolon)) return false;
  return to === tagsEnd || line[to] === equals || line[to] === semicolon;
}

function endOfWord(line: Buffer, from: number): number {
  const end = line.indexOf(space, from);
  return end === -1 ? line.length : end;
}

function skipSpaces(line: Buffer, from: number): number {
  let to = from;
  while (line[to] === space) to += 1;
  return to;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
