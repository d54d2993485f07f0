import { withoutBidiControls } from '../plain-text.ts';

/** A chart as plotly.js takes it. Colours and fonts come from the page's style, in the browser. */
export interface Chart {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
}

/** Plotly reads `<b>` and `<a>` in labels as markup: text from outside gets look-alikes, so that it is only text. */
export function plainLabel(text: string): string {
  return withoutBidiControls(text).replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const HOVER_LINE = 32;
const LONGEST_NAME = 40;
const MOST_LINES = 8;

const lettersOf = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

/** A plain label in lines that fit on a small screen, for what shows under the pointer. */
export function wrapped(label: string): string {
  const letters = lettersOf(label);
  const lines = Array.from({ length: Math.ceil(letters.length / HOVER_LINE) }, (_, line) =>
    letters.slice(line * HOVER_LINE, (line + 1) * HOVER_LINE).join(''),
  );
  return lines.length > MOST_LINES ? `${lines.slice(0, MOST_LINES).join('<br>')}…` : lines.join('<br>');
}

/** A plain label for a legend: a login fits, what is longer is cut. */
export function shortLabel(text: string): string {
  const letters = lettersOf(plainLabel(text));
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : letters.join('');
}

/** Groups rows by a key, keeping the order in which the keys first come. */
export function groupBy<T, K>(rows: T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
