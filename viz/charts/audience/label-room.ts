import type { Point } from './layout.ts';

/** The plot of a phone, in px. A wider screen has more room. */
const PLOT = { width: 320, height: 380 };
const LINE_HEIGHT = 15;
const NARROW_LETTER = 7;
const WIDE_LETTER = 13;
/** Letters of Korean, Chinese and Japanese, and emoji. */
const WIDE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Extended_Pictographic}]/u;

export interface Label extends Point {
  text: string;
}

/** Whether each label, centred above its point, has room on a phone. Earlier ones go first. */
export function haveRoom(labels: readonly Label[]): boolean[] {
  const taken: { left: number; right: number; top: number }[] = [];
  return labels.map(({ x, y, text }) => {
    const half = widthOf(text) / 2;
    const [middle, top] = [x * PLOT.width, (1 - y) * PLOT.height];
    const box = { left: middle - half, right: middle + half, top };
    const isFree = taken.every(
      (it) => it.right < box.left || it.left > box.right || Math.abs(it.top - box.top) > LINE_HEIGHT,
    );
    if (isFree) taken.push(box);
    return isFree;
  });
}

const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, letter) => sum + (WIDE.test(letter) ? WIDE_LETTER : NARROW_LETTER), 0);
