import { answerChart } from '../charts/answer-chart.ts';
import type { AnswerChart, AnswerColumn, AnswerRows } from '../charts/answer-chart.ts';
import { cut } from '../charts/plot-text.ts';
import type { Edition } from './edition.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { chartPlace, panel } from './panel.ts';
import { scrolling, table } from './table.ts';
import type { Column } from './table.ts';

/** In characters, in a title or a sentence. */
const LONGEST_WORD = 60;

export interface AnswerPage extends AnswerRows {
  chart: AnswerChart;
  /** The query, and what limits it. */
  sql: string;
  /** ISO 8601. */
  askedAt: string;
}

/** A page with an answer in SQL: the chart, the rows, the query. It is not part of the site. At least one row has a number to draw. */
export function answerPage(answer: AnswerPage, edition: Edition): string {
  const { columns, rows, chart, sql, askedAt } = answer;
  const { locale } = edition;
  const { say, text, time } = locale;
  const nameOf = (column: number): string => cut(columns[column]?.name ?? '', LONGEST_WORD);
  const title = text('answer.title', { y: chart.y.map(nameOf).join(', '), x: nameOf(chart.x) });
  const body = html`
    <h1>${title}</h1>
    <p class="note">${say('answer.made', { at: time(askedAt, 'year', 'zone') })}</p>
    <section class="panel">
      <figure>
        <figcaption>${told(answer, edition)}</figcaption>
        ${chartPlace('answer', title, locale)}
      </figure>
    </section>
    ${panel(text('answer.rows'), rowTable(answer, edition))}
    ${panel(text('chart.query'), html`<pre class="scroll" tabindex="0"><code>${sql}</code></pre>`)}
  `;
  return layout(edition, {
    title: `${title} · ${text('site.name')}`,
    path: '',
    figures: { answer: answerChart({ columns, rows }, chart) },
    body,
  });
}

/** The rows in number, and the highest y. */
function told({ columns, rows, chart: { x, y } }: AnswerPage, { locale: { say } }: Edition): Html {
  const [first = 0] = y;
  const valueOf = (row: readonly (string | null)[]): number => Number(row[first] ?? -Infinity);
  const highest = rows.reduce((best, row) => (valueOf(row) > valueOf(best) ? row : best));
  const short = (text: string | null | undefined): string => cut(text ?? '–', LONGEST_WORD);
  return say('answer.about', {
    count: rows.length,
    y: short(columns[first]?.name),
    value: short(highest[first]),
    x: short(highest[x]),
  });
}

function rowTable({ columns, rows }: AnswerRows, { locale: { text } }: Edition): Html {
  const heads = columns.map(({ name, kind }): Column => {
    const tableKind = KINDS[kind];
    return tableKind === undefined ? { name } : { name, kind: tableKind };
  });
  const cells = rows.map((row) => row.map((cell) => cell ?? '–'));
  return scrolling(text('answer.rows'), table(heads, cells, text('chart.empty')), 'tall');
}

const KINDS: Readonly<Record<AnswerColumn['kind'], Column['kind']>> = {
  text: undefined,
  json: undefined,
  number: 'number',
  time: 'time',
};
