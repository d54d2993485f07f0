import { withoutBidiControls } from '../plain-text.ts';

/** In characters as people count them. A page shortens labels further, by their place. */
const LONGEST = 300;

/** Line ends, tabs and other spaces that are no space. */
const WHITE_SPACE = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const CONTROLS = /[\x00-\x1f\x7f-\x9f\ufff9-\ufffb]/g;

/** plotly.js takes `<b>`, `<a>` and `&lt;` in any text for markup, and `$x$` for a formula. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '&': '＆', $: '＄' };

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The characters of a text as people count them. */
export const lettersOf = (text: string): string[] => Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);

/**
 * Makes a text from outside harmless for plotly.js, which every text from chat or Helix must pass. What plotly.js would interpret is replaced
 * by look-alikes, white space by a space, controls and characters that reorder text by U+FFFD, and a long text is cut.
 */
export function plotText(text: string): string {
  // Cut before it is taken apart: a text may have millions of characters.
  const plain = withoutBidiControls(text.slice(0, LONGEST * 20).toWellFormed())
    .replaceAll(WHITE_SPACE, ' ')
    .replaceAll(CONTROLS, '\ufffd')
    .replaceAll(/[<>&$]/g, (character) => LOOK_ALIKES[character] ?? character);
  return plain.length <= LONGEST ? plain : cut(plain, LONGEST);
}

/** The text, or its first characters with `…`. */
export function cut(text: string, longest: number): string {
  const letters = lettersOf(text);
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : text;
}
