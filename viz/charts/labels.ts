import { withoutBidiControls } from '../plain-text.ts';

/** Plotly reads `<b>` and `<a>` in labels as markup. Text from outside gets look-alike characters, so that it stays text. */
export function plainLabel(text: string): string {
  return withoutBidiControls(text).replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const HOVER_LINE = 32;
const LONGEST_NAME = 40;
const MOST_LINES = 8;

const lettersOf = (text: string): string[] => Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);

/** A plain label in lines that fit on a small screen, for what shows under the pointer. */
export function wrapped(label: string): string {
  const letters = lettersOf(label);
  const lines = Array.from({ length: Math.ceil(letters.length / HOVER_LINE) }, (_, line) =>
    letters.slice(line * HOVER_LINE, (line + 1) * HOVER_LINE).join(''),
  );
  return lines.length > MOST_LINES ? `${lines.slice(0, MOST_LINES).join('<br>')}…` : lines.join('<br>');
}

/** A plain label for a legend. A login fits; a longer text is cut. */
export function shortLabel(text: string): string {
  const letters = lettersOf(plainLabel(text));
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : letters.join('');
}
