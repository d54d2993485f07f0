import stringWidth from 'string-width';
import { withoutBidiControls } from '../../viz/plain-text.ts';

/** Printable ASCII, whose width is its length. */
const PLAIN = /^[\x20-\x7e]*$/;
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/g;
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text in one line that cannot control the terminal: `\n`, `\x1b` for control characters, U+FFFD for those that reorder text. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : withoutBidiControls(withoutControls(text));
}

/** The same for an output with line ends of its own. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

function withoutControls(text: string): string {
  return text.replaceAll(
    CONTROLS,
    (control) => SHORT[control] ?? `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** Columns of a terminal. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The text, or what fits into `width` columns with `…` at its end. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let [kept, taken] = ['', 1];
  for (const { segment } of GRAPHEMES.segment(text)) {
    taken += widthOf(segment);
    if (taken > width) break;
    kept += segment;
  }
  return `${kept}…`;
}
