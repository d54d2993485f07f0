/** Escapes a tag value as in IRCv3: `;`, space, backslash, CR and LF. */
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

/** Writes tags as `@a=1;b=2` with escaped values. */
export function writeTags(tags: Iterable<readonly [string, string]>): string {
  return `@${Array.from(tags, ([name, value]) => `${name}=${escapeTag(value)}`).join(';')}`;
}

/** Removes the tags of a line, for a connection that did not request them. */
export function withoutTags(line: Buffer): Buffer {
  return line[0] === 0x40 ? line.subarray(line.indexOf(0x20) + 1) : line;
}
