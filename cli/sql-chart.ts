import { answerQuery } from '../activities/query/answer.ts';
import type { Answer, Cell } from '../activities/query/answer.ts';
import type { HourRange } from '../activities/query/sources.ts';
import { asOneFile } from '../activities/report/one-file.ts';
import { ownAssets } from '../activities/report/site-files.ts';
import { writeNewFile } from '../common/new-file.ts';
import type { AnswerChart, AnswerChartKind, AnswerColumn, AnswerRows } from '../viz/charts/answer-chart.ts';
import { localeOf } from '../viz/locale.ts';
import { answerPage } from '../viz/pages/answer-page.ts';
import { ConfigError } from '../workers/config.ts';
import { askLake } from './ask-lake.ts';
import { endingQuietly } from './quiet-interruption.ts';
import { visible } from './rows/visible.ts';

/** A browser draws so many points within two seconds or so. A week has 10,080 minutes. */
const MOST_ROWS = 10_080;
/** Of all cells together. A browser has to hold the page. */
const MOST_BYTES = 8 * 1024 * 1024;

export interface SqlChartOptions {
  range: HourRange;
  chart: AnswerChartKind;
  /** The names of the columns to draw: x, and one y or more. */
  columns: readonly string[];
  out: string;
  /** Replace an existing file. */
  force: boolean;
  /** Print a line for programs. */
  json: boolean;
}

/** `chatlake sql --chart`: writes a page with the answer as a chart and as a table, which opens without the site. */
export async function sqlChart(query: string, options: SqlChartOptions): Promise<void> {
  const { range, chart: kind, columns, out, force, json } = options;
  await endingQuietly(async (signal) => {
    const rows = await writeNewFile(out, { force }, async (file) => {
      const { answer, chart } = await askLake({ sql: query, range, signal }, async (connection) => {
        const found = await answerQuery(connection, query);
        const placed = { kind, ...placesOf(columns, found.columns) };
        return { answer: await drawableRows(found, placed, signal), chart: placed };
      });
      const { urls, read } = ownAssets();
      const page = answerPage(
        { ...answer, chart, sql: withRange(query, range), askedAt: new Date().toISOString() },
        { locale: localeOf('en', 'UTC'), assets: urls, pages: new Set() },
      );
      await file.writeFile(await asOneFile(page, read));
      return answer.rows.length;
    });
    process.stderr.write(`Wrote a chart of ${rows} rows to ${out}. Open the file in a browser; it needs no network.\n`);
    if (json) process.stdout.write(`${JSON.stringify({ out, rows })}\n`);
  });
}

function placesOf(names: readonly string[], columns: readonly AnswerColumn[]): Omit<AnswerChart, 'kind'> {
  const [x = -1, ...y] = names.map((name) => {
    const place = columns.findIndex((it) => it.name === name);
    if (place < 0)
      throw new ConfigError(
        `Expected \`${name}\` to be a column of the answer, which has ${listed(columns)}. Name one of these.`,
      );
    return place;
  });
  const other = y.map((place) => columns[place]).find((column) => column !== undefined && column.kind !== 'number');
  if (other !== undefined) {
    const numbers = columns.filter(({ kind }) => kind === 'number');
    const remedy = numbers.length > 0 ? `Numbers are in ${listed(numbers)}` : 'Count something in the query';
    throw new ConfigError(
      `Expected numbers in the column \`${visible(other.name)}\`, to draw them as y, got ${KINDS[other.kind]}. ${remedy}, or cast it there, as with \`::DOUBLE\`.`,
    );
  }
  return { x, y };
}

const KINDS: Readonly<Record<AnswerColumn['kind'], string>> = {
  text: 'texts',
  time: 'times',
  json: 'lists, structs or booleans',
  number: 'numbers',
};

/** Names of columns may come from chat, by PIVOT. */
const listed = (columns: readonly AnswerColumn[]): string =>
  columns.map(({ name }) => `\`${visible(name)}\``).join(', ');

/** @throws ConfigError if there is nothing to draw, or too much */
async function drawableRows(answer: Answer, { y }: AnswerChart, signal: AbortSignal): Promise<AnswerRows> {
  const rows: Cell[][] = [];
  let bytes = 0;
  for await (const some of answer.rows) {
    signal.throwIfAborted();
    rows.push(...some);
    for (const row of some) for (const cell of row) bytes += Buffer.byteLength(cell ?? '');
    if (rows.length > MOST_ROWS)
      throw new ConfigError(
        `Expected an answer of at most ${MOST_ROWS} rows to draw, got more. Group them in the query, as by minute, hour or channel, or end it with LIMIT.`,
      );
    if (bytes > MOST_BYTES)
      throw new ConfigError(
        `Expected an answer of at most ${MOST_BYTES} bytes to draw, got more. Leave out columns that the chart does not need.`,
      );
  }
  if (rows.length === 0)
    throw new ConfigError('Expected rows to draw, but the answer has none. Change the query, or --from and --to.');
  for (const place of y)
    if (rows.every((row) => row[place] === null))
      throw new ConfigError(
        `Expected numbers in the column \`${visible(answer.columns[place]?.name ?? '')}\`, got NULL in each row. Change the query, or --from and --to.`,
      );
  return { columns: answer.columns, rows };
}

/** The query as it is shown. The hours are a comment, so that the text can be asked again. */
function withRange(query: string, { from, to }: HourRange): string {
  const hours = [from === undefined ? '' : ` --from ${from}`, to === undefined ? '' : ` --to ${to}`].join('');
  return hours === '' ? query : `${query}\n-- asked with${hours}`;
}
