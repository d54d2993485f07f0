import { resolve } from 'node:path';
import { DERIVED_VIEWS } from '../../activities/query/derived.ts';
import { YELLOW_TABLES } from '../../activities/yellow/manifest.ts';
import { ANSWER_CHARTS } from '../../viz/charts/answer-chart.ts';
import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';
import { HOUR_OPTIONS, readHourRange } from '../hour-range.ts';
import { oneOf } from './one-of.ts';

const named = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const DEFAULT_FILE = 'chart.html';

export const sqlCommand = defineCommand({
  name: 'sql',
  summary: 'Answer a question in SQL about the collected chat',
  description: `Answers a query in DuckDB's SQL. The tables are ${named(YELLOW_TABLES)}, each with a column hour like 2026-11-25T14, and
    the views ${named(DERIVED_VIEWS.map(({ name }) => name))}. docs/tables.md describes them, and docs/querying.md has recipes.

    Only what the query reads is fetched from HDFS: the tables that it names, for the hours that --from and --to or conditions on the column hour
    leave. Fetched files are kept in DATA_DIR/cache. The query can read nothing else, and cannot change anything.

    The answer is a table. In a terminal, long cells are cut. In CSV, an apostrophe is put before a text that a spreadsheet would run as a
    formula; JSON has every text as it is.

    With --chart, the answer is written to an HTML file as a chart, with its rows and the query. After the query come the columns to draw: that of x, and
    one or more of numbers for y. The file opens in a browser without a server and without a network. Times are in UTC.`,
  exitCodes: `0, 78 for a query that cannot be answered or drawn, 73 if the file of a chart exists or cannot be written, 69 if HDFS does not answer, 130 after
    Ctrl-C.`,
  arguments: ['SQL', '[COLUMN...]'],
  options: {
    ...HOUR_OPTIONS,
    csv: { type: 'boolean', default: false, help: 'Print CSV.' },
    json: {
      type: 'boolean',
      default: false,
      help: 'Print JSON lines: one object per row. With --chart: the file and the number of its rows.',
    },
    chart: { type: 'string', value: 'TYPE', help: `Write a chart: ${ANSWER_CHARTS.join(', ')}.` },
    out: { type: 'string', value: 'FILE', help: `The file of the chart. ${DEFAULT_FILE} in this folder by default.` },
    force: { type: 'boolean', default: false, help: 'Replace the file of the chart if it exists.' },
  },
  examples: [
    'chatlake sql "SELECT channel_login, count(*) AS messages FROM chat GROUP BY ALL ORDER BY messages DESC LIMIT 10"',
    'chatlake sql "FROM gaps ORDER BY began_at" --from 2026-11-25 --csv > gaps.csv',
    `chatlake sql "SELECT date_trunc('minute', sent_at) AS minute, count(*) AS messages FROM chat GROUP BY ALL" --from 2026-11-25 --chart line minute messages`,
  ],
  readsEnvironmentFile: true,
  async run({ from, to, csv, json, chart, out, force }, [query = '', ...columns]) {
    const range = readHourRange({ from, to });
    if (chart === undefined) {
      if (columns.length > 0)
        throw new ConfigError(
          `Expected SQL after \`chatlake sql\`, got ${[query, ...columns].map((it) => `\`${it}\``).join(' ')}. Put the query in quotation marks; columns are for --chart.`,
        );
      if (out !== undefined || force) throw new ConfigError('Expected --out and --force with --chart, got no --chart.');
      if (csv && json) throw new ConfigError('Expected --csv or --json, got both. Leave one out.');
      const { sql } = await import('../sql.ts');
      return sql(query, { range, format: csv ? 'csv' : json ? 'json' : 'table' });
    }
    const kind = oneOf('--chart', ANSWER_CHARTS, chart);
    if (csv) throw new ConfigError('Expected --csv or --chart, got both. Leave one out.');
    if (columns.length < 2)
      throw new ConfigError(
        `Expected the columns of x and y after the query, as in \`"SELECT …" --chart ${kind} minute messages\`, got ${columns.length === 0 ? 'none' : `\`${columns[0]}\``}.`,
      );
    const { sqlChart } = await import('../sql-chart.ts');
    return sqlChart(query, { range, chart: kind, columns, out: resolve(out ?? DEFAULT_FILE), force, json });
  },
});
