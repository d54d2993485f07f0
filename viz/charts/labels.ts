import { withoutBidiControls } from '../plain-text.ts';

/** Plotly takes `<b>` and `<a>` in labels for markup, and `$x$` for a formula, so these characters are replaced by look-alikes. */
export function plainLabel(text: string): string {
  return withoutBidiControls(text)
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('&', '＆')
    .replaceAll('$', '＄');
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const HOVER_LINE = 32;
const LONGEST_NAME = 40;
const MOST_LINES = 8;

const lettersOf = (text: string): string[] => Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);

/** A label for a tooltip, broken into lines that fit on a small screen. */
export function wrapped(label: string): string {
  const letters = lettersOf(label);
  const lines = Array.from({ length: Math.ceil(letters.length / HOVER_LINE) }, (_, line) =>
    letters.slice(line * HOVER_LINE, (line + 1) * HOVER_LINE).join(''),
  );
  return lines.length > MOST_LINES ? `${lines.slice(0, MOST_LINES).join('<br>')}…` : lines.join('<br>');
}

/** A label for a legend. Logins fit; longer texts are shortened. */
export function shortLabel(text: string): string {
  const letters = lettersOf(plainLabel(text));
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : letters.join('');
}
