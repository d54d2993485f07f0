import { cut, lettersOf, plotText } from './plot-text.ts';

const HOVER_LINE = 32;
const LONGEST_NAME = 40;
const MOST_LINES = 8;

/** A label for a tooltip, broken into lines that fit on a small screen. */
export function hoverLabel(text: string): string {
  const letters = lettersOf(plotText(text));
  const lines = Array.from({ length: Math.ceil(letters.length / HOVER_LINE) }, (_, line) =>
    letters.slice(line * HOVER_LINE, (line + 1) * HOVER_LINE).join(''),
  );
  return lines.length > MOST_LINES ? `${lines.slice(0, MOST_LINES).join('<br>')}…` : lines.join('<br>');
}

/** A label for a legend. Logins fit; longer texts are shortened. */
export const legendLabel = (text: string): string => cut(plotText(text), LONGEST_NAME);
