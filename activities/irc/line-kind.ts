const space = 0x20;
const hash = 0x23;
const colon = 0x3a;
const semicolon = 0x3b;
const at = 0x40;

const commands = [
  'PRIVMSG',
  'USERNOTICE',
  'CLEARCHAT',
  'CLEARMSG',
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

/** What a collector needs to know of a line. */
export interface LineHead {
  kind: LineKind;
  /** The number of a `numeric`, else 0. */
  numeric: number;
  /** The first parameter that begins with `#`, without it. */
  channelLogin: string | undefined;
  /** The `room-id` tag, undefined where it is absent or empty. */
  roomId: string | undefined;
}

const roomIdTag = Buffer.from('room-id=');

/**
 * Finds kind and channel of a line by looking at its bytes; tags and text are not decoded. Never throws: a line that makes no sense is
 * of kind `other`.
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
    channelLogin: channelAfter(line, to, kind === 'JOIN' || kind === 'PART'),
    roomId: tagsEnd === 0 ? undefined : roomIdIn(line, tagsEnd),
  };
}

/** The nick in a line's prefix, `''` where there is none. */
export function nickOf(line: Buffer): string {
  const from = prefixStart(line);
  if (line[from] !== colon) return '';
  const end = endOfWord(line, from);
  const mark = line.indexOf(0x21, from);
  return line.toString('latin1', from + 1, mark === -1 || mark > end ? end : mark);
}

/** The first parameter, `''` where there is none. A welcome has our nick there. */
export function firstParameterOf(line: Buffer): string {
  let from = prefixStart(line);
  if (line[from] === colon) from = skipSpaces(line, endOfWord(line, from));
  from = skipSpaces(line, endOfWord(line, from));
  return line[from] === colon ? '' : line.toString('latin1', from, endOfWord(line, from));
}

/** A tag's value as sent, `''` where the tag is absent. */
export function tagOf(line: Buffer, name: string): string {
  if (line[0] !== at) return '';
  const tags = line.toString('latin1', 1, endOfWord(line, 0)).split(';');
  return tags.find((tag) => tag.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

/** The last parameter, the one that may hold spaces; `''` where there is none. */
export function textOf(line: Buffer): string {
  let from = prefixStart(line);
  if (line[from] === colon) from = endOfWord(line, from);
  const mark = line.indexOf(' :', from);
  return mark === -1 ? '' : line.toString('utf8', mark + 2);
}

function prefixStart(line: Buffer): number {
  return line[0] === at ? skipSpaces(line, endOfWord(line, 0)) : 0;
}

function kindOf(line: Buffer, from: number, to: number): LineKind {
  if (to - from === 3 && isDigit(line[from]) && isDigit(line[from + 1]) && isDigit(line[from + 2])) return 'numeric';
  return kinds.get(line.toString('latin1', from, to)) ?? 'other';
}

/** @param inText whether the channel may also be the last parameter, the one after a colon; else that is text, whatever it looks like */
function channelAfter(line: Buffer, commandEnd: number, inText: boolean): string | undefined {
  let from = skipSpaces(line, commandEnd);
  while (from < line.length) {
    const isLast = line[from] === colon;
    const start = isLast ? from + 1 : from;
    const end = endOfWord(line, from);
    if (line[start] === hash && (!isLast || inText)) return line.toString('latin1', start + 1, end);
    if (isLast) return undefined;
    from = skipSpaces(line, end);
  }
  return undefined;
}

/** A tag's name begins after `@` or `;`, and values escape their `;`: so neither `source-room-id=` nor a value is taken for it. */
function roomIdIn(line: Buffer, tagsEnd: number): string | undefined {
  let found = line.indexOf(roomIdTag);
  while (found !== -1 && found < tagsEnd && found !== 1 && line[found - 1] !== semicolon) {
    found = line.indexOf(roomIdTag, found + 1);
  }
  if (found === -1 || found >= tagsEnd) return undefined;
  const from = found + roomIdTag.length;
  let end = from;
  while (end < tagsEnd && line[end] !== semicolon) end += 1;
  return end === from ? undefined : line.toString('latin1', from, end);
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
