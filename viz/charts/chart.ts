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
