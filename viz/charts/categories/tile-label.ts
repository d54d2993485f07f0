import { cut, plotText } from '../plot-text.ts';

/** In letters. Tiles of a phone are narrow. */
const LINE = 12;
const MOST_LINES = 3;

/** A label for a tile, in short lines: a tile shows the label only if all of it fits. */
export function tileLabel(text: string): string {
  const lines: string[] = [];
  for (const word of plotText(text)
    .split(' ')
    .filter((it) => it !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(cut(word, LINE));
  }
  return lines.length > MOST_LINES ? `${lines.slice(0, MOST_LINES).join('<br>')}…` : lines.join('<br>');
}
