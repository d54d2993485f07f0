import { type Html, html } from './html.ts';

export interface Column {
  name: string;
  /** `number` stands to the right, `time` is not broken, `wide` is left out on small screens. */
  kind?: 'number' | 'time' | 'wide';
}

/** In characters. A cell with more of them scrolls, so that one of them does not push the others off the page. */
const LONG_CELL = 150;

function content(cell: string | Html): Html {
  return typeof cell === 'string' && cell.length > LONG_CELL ? html`<div class="long">${cell}</div>` : html`${cell}`;
}

/** A table that scrolls sideways where it is too wide; `empty` stands in it where it has no rows. */
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
        ${columns.map(({ name }, index) => html`<th${classOf(index)}>${name}</th>`)}
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
