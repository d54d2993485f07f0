import { DERIVED_VIEWS } from '../../activities/query/derived.ts';
import { YELLOW_TABLES } from '../../activities/yellow/manifest.ts';
import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';
import { HOUR_OPTIONS, readHourRange } from '../hour-range.ts';

const named = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const sqlCommand = defineCommand({
  name: 'sql',
  summary: 'Answer a question in SQL about the collected chat',
  description: `Answers a query in DuckDB's SQL. The tables are ${named(YELLOW_TABLES)}, each with a column hour like 2026-11-25T14, and
    the views ${named(DERIVED_VIEWS.map(({ name }) => name))}. docs/tables.md describes them, and docs/querying.md has recipes.

    Only what the query reads is fetched from HDFS: the tables that it names, for the hours that --from and --to or conditions on the column hour
    leave. Fetched files are kept in DATA_DIR/cache. The query can read nothing else, and cannot change anything.

    The answer is a table. In a terminal, long cells are cut. In CSV, an apostrophe is put before a text that a spreadsheet would run as a
    formula; JSON has every text as it is.`,
  exitCodes: `0, 78 for a query that cannot be answered, 69 if HDFS does not answer, 130 after Ctrl-C.`,
  arguments: ['SQL'],
  options: {
    ...HOUR_OPTIONS,
    csv: { type: 'boolean', default: false, help: 'Print CSV.' },
    json: { type: 'boolean', default: false, help: 'Print JSON lines: one object per row.' },
  },
  examples: [
    'chatlake sql "SELECT channel_login, count(*) AS messages FROM chat GROUP BY ALL ORDER BY messages DESC LIMIT 10"',
    'chatlake sql "FROM gaps ORDER BY began_at" --from 2026-11-25 --csv > gaps.csv',
  ],
  readsEnvironmentFile: true,
  async run({ from, to, csv, json }, [query = '']) {
    const range = readHourRange({ from, to });
    if (csv && json) throw new ConfigError('Expected --csv or --json, got both. Leave one out.');
    const { sql } = await import('../sql.ts');
    return sql(query, { range, format: csv ? 'csv' : json ? 'json' : 'table' });
  },
});
