const SPACE = 0x20;
const NOT_DEALT = new Set(['JOIN', 'PART', 'PING', 'PONG', 'CAP', 'RECONNECT']);

/** The values that replace those of a recorded line. */
export interface Stamp {
  id: string;
  sentAtMs: number;
  channelId: string;
  channelLogin: string;
}

/**
 * The lines of a recording that belong to a room, as bytes without line ending. Lines of the connection (PING, numerics, JOIN, PART) and
 * lines without a `#channel` are left out, since they belong to no channel.
 */
export function readTranscript(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(0x0a, from);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(from, end > from && bytes[end - 1] === 0x0d ? end - 1 : end);
    if (commandOf(line) !== undefined) lines.push(line);
    from = end + 1;
  }
  return lines;
}

/** Replaces the line's id, tmi-sent-ts, room-id (if present) and channel, and keeps every other byte. */
export function stampLine(line: Buffer, stamp: Stamp): Buffer {
  const place = locate(line);
  if (place === undefined)
    throw new Error('Expected a recorded line with a #channel. Use only lines from readTranscript.');
  const rest = [
    line.subarray(place.tagsEnd, place.channelStart),
    Buffer.from(`#${stamp.channelLogin}`),
    line.subarray(place.channelEnd),
  ];
  return Buffer.concat([stampTags(line.subarray(0, place.tagsEnd), stamp), ...rest]);
}

/** Whether a line is a PRIVMSG, and whether it has an id. */
export function describeLine(line: Buffer): { isMessage: boolean; hasId: boolean } {
  const tags = line[0] === 0x40 ? line.subarray(0, line.indexOf(SPACE)).toString('latin1') : '';
  return { isMessage: commandOf(line) === 'PRIVMSG', hasId: /(^@|;)id=/.test(tags) };
}

function commandOf(line: Buffer): string | undefined {
  const command = locate(line)?.command;
  return command === undefined || NOT_DEALT.has(command) || /^\d/.test(command) ? undefined : command;
}

function locate(
  line: Buffer,
): { tagsEnd: number; command: string; channelStart: number; channelEnd: number } | undefined {
  const tagsEnd = line[0] === 0x40 ? line.indexOf(SPACE) : 0;
  let at = line[0] === 0x40 ? tagsEnd + 1 : 0;
  if (tagsEnd === -1) return undefined;
  if (line[at] === 0x3a) {
    const prefixEnd = line.indexOf(SPACE, at);
    if (prefixEnd === -1) return undefined;
    at = prefixEnd + 1;
  }
  const commandEnd = line.indexOf(SPACE, at);
  if (commandEnd === -1 || line[commandEnd + 1] !== 0x23) return undefined;
  const next = line.indexOf(SPACE, commandEnd + 1);
  return {
    tagsEnd,
    command: line.subarray(at, commandEnd).toString('latin1'),
    channelStart: commandEnd + 1,
    channelEnd: next === -1 ? line.length : next,
  };
}

/** Latin-1 maps every byte to one character and back, so bytes outside the replaced values do not change. */
function stampTags(tags: Buffer, stamp: Stamp): Buffer {
  const fresh = new Map([
    ['id', stamp.id],
    ['tmi-sent-ts', String(stamp.sentAtMs)],
    ['room-id', stamp.channelId],
  ]);
  const stamped = tags
    .toString('latin1')
    .replace(
      /(^@|;)(id|tmi-sent-ts|room-id)=[^;]*/g,
      (_all, mark: string, name: string) => `${mark}${name}=${fresh.get(name) ?? ''}`,
    );
  return Buffer.from(stamped, 'latin1');
}
