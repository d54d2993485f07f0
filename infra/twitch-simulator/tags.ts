/** A tag value as IRCv3 writes it: `;`, space, backslash, CR and LF are escaped. */
function escapeTag(value: string): string {
  return value.replace(/[;\\ \r\n]/g, (character) => {
    switch (character) {
      case ';':
        return '\\:';
      case ' ':
        return '\\s';
      case '\r':
        return '\\r';
      case '\n':
        return '\\n';
      default:
        return '\\\\';
    }
  });
}

/** `@a=1;b=2` from its tags; values are escaped here. */
export function writeTags(tags: Iterable<readonly [string, string]>): string {
  return `@${Array.from(tags, ([name, value]) => `${name}=${escapeTag(value)}`).join(';')}`;
}

/** The line without its tags, for a connection that did not ask for them. */
export function withoutTags(line: Buffer): Buffer {
  return line[0] === 0x40 ? line.subarray(line.indexOf(0x20) + 1) : line;
}
