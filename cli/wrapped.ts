const WIDTH = 100;

/** Breaks a text into lines of at most `width` columns, all but the first indented. A longer word stays whole. */
export function wrapped(text: string, indent = 0, width = WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
