import { html } from './html.ts';
import type { Html } from './html.ts';

export interface Column {
  name: string | Html;
  /** `number` is right-aligned, `time` is not wrapped, `wide` is hidden on small screens. */
  kind?: 'number' | 'time' | 'wide';
}

/** In characters. A longer cell scrolls, so that it does not push other columns off the page. */
const LONG_CELL = 150;

function content(cell: string | Html): Html {
  return typeof cell === 'string' && cell.length > LONG_CELL ? html`<div class="long">${cell}</div>` : html`${cell}`;
}

/** A box that scrolls, also by keyboard. `tall` limits its height. */
export const scrolling = (name: string, content: Html, height?: 'tall'): Html =>
  html`<div class="scroll ${height ?? ''}" tabindex="0" role="region" aria-label="${name}">${content}</div>`;

/** A table. `empty` is shown if there are no rows. */
export function table(columns: Column[], rows: (string | Html)[][], empty: string): Html {
  const classOf = (index: number): Html => {
    const kind = columns[index]?.kind;
    return kind === undefined ? html`` : html` class="${kind}"`;
  };
  const body = rows.map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, index) => html`<td${classOf(index)}>${content(cell)}</td>`)}
      </tr>`,
  );
  return html`<table>
    <thead>
      <tr>
        ${columns.map(({ name }, index) => html`<th scope="col" ${classOf(index)}>${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${
        body.length > 0
          ? body
          : html`<tr>
              <td colspan="${columns.length}">${empty}</td>
            </tr>`
      }
    </tbody>
  </table>`;
}
