import type { Chart, ChartColumn } from '../charts/chart.ts';
import type { Locale } from '../locale.ts';
import type { Edition } from './edition.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { chartPlace } from './panel.ts';
import { fileFrom } from './place.ts';
import type { Place } from './place.ts';
import { scrolling, table } from './table.ts';
import type { Column } from './table.ts';

/** A page stays small. The files have all rows. */
const ROWS_SHOWN = 100;

type Row = Readonly<Record<string, unknown>>;

/** The kinds of files with the rows of a chart. */
export const FILE_KINDS = ['csv', 'parquet'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** `messagesPerMinute` → `messages-per-minute.csv`, beside the first page of the day. */
export const chartFile = (name: string, kind: FileKind): string =>
  `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.${kind}`;

interface ChartRows {
  name: string;
  chart: Chart;
  rows: Record<string, unknown>[];
  /** A statement that the query of the chart needs before it. */
  before?: string;
}

/** A chart that needs no eyes and no script: a sentence that tells it, and on request its rows, its query, and files to download. */
export function chartFigure({ name, chart, rows, before }: ChartRows, edition: Edition, place: Place): Html {
  const { locale } = edition;
  const { text } = locale;
  const title = text(chart.title);
  return html`<section class="panel ${chart.width}">
    <h2>${title}</h2>
    <figure>
      <figcaption>${rows.length === 0 ? text('chart.noRows') : chart.tell(rows, locale)}</figcaption>
      ${chartPlace(name, title, locale)}
    </figure>
    <details>
      <summary>${text('chart.data')}<span class="hidden">: ${title}</span></summary>
      ${downloads(name, locale, place)} ${rowTable(chart, rows, locale)} ${query(chart, before, edition, place)}
    </details>
  </section>`;
}

function downloads(name: string, { text }: Locale, { language, path }: Place): Html {
  const links = FILE_KINDS.map((kind) => {
    const href = fileFrom({ language, path }, `${path}${chartFile(name, kind)}`);
    return html` <a href="${href}" download>${kind === 'csv' ? 'CSV' : 'Parquet'}</a>`;
  });
  return html`<p data-site-only>${text('chart.download')}${links}. <span class="faint">${text('chart.utc')}</span></p>`;
}

function rowTable({ title, columns }: Chart, rows: readonly Row[], locale: Locale): Html {
  const { text, say, zoneName } = locale;
  const heads = columns.map(({ name, kind }): Column => {
    if (kind === 'time') return { name: say(name, { zone: zoneName() }), kind };
    return kind === 'number' ? { name: text(name), kind } : { name: text(name) };
  });
  const cells = rows.slice(0, ROWS_SHOWN).map((row) => columns.map((column) => cellOf(row, column, locale)));
  const part = { shown: ROWS_SHOWN, total: rows.length };
  const note = html`<p class="faint">
    ${text('chart.part', part)} <span data-site-only>${text('chart.files')}</span>
  </p>`;
  return html`${rows.length > ROWS_SHOWN ? note : html``}
  ${scrolling(text(title), table(heads, cells, text('chart.empty')), 'tall')}`;
}

function cellOf(row: Row, { field, kind, ifNull, words }: ChartColumn, { text, count, time }: Locale): string | Html {
  const value = row[field];
  if (kind === 'number' && typeof value === 'number') return count(value);
  if (typeof value !== 'string') return ifNull === undefined ? '–' : text(ifNull);
  const word = words?.[value];
  if (word !== undefined) return text(word);
  return kind === 'time' ? time(value) : value;
}

function query(
  { sql }: Chart,
  before: string | undefined,
  { locale: { text, say }, assets }: Edition,
  place: Place,
): Html {
  const views = html`<a href="${fileFrom(place, assets.views)}">${text('chart.viewsName')}</a>`;
  return html`<h3>${text('chart.query')}</h3>
    <p class="faint">${say('chart.views', { views })}</p>
    <pre
      class="scroll"
      tabindex="0"
    ><code>${before === undefined ? '' : `${before}\n`}${withoutMargin(sql)}</code></pre>`;
}

/** Without the indentation that it has in its module. */
function withoutMargin(sql: string): string {
  const lines = sql.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(margin).trimEnd()).join('\n');
}
