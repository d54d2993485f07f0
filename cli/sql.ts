import { answerQuery } from '../activities/query/answer.ts';
import type { Answer, Cell } from '../activities/query/answer.ts';
import type { HourRange } from '../activities/query/sources.ts';
import { askLake } from './ask-lake.ts';
import { endingQuietly, writeOut } from './quiet-interruption.ts';
import { asCsv } from './rows/csv.ts';
import type { FormatOf } from './rows/format.ts';
import { asJsonLines } from './rows/json-lines.ts';
import { asTable } from './rows/table.ts';
import { visibleLines } from './rows/visible.ts';

/** The columns of a table are as wide as these rows need. */
const SAMPLE_ROWS = 1_000;

/** `chatlake sql`: prints the answer to a query as it is found. */
export async function sql(
  query: string,
  options: { range: HourRange; format: 'table' | 'csv' | 'json' },
): Promise<void> {
  const { range, format } = options;
  await endingQuietly((signal) =>
    askLake({ sql: query, range, signal }, async (connection) => {
      const answer = await answerQuery(connection, query);
      const formatOf = { csv: asCsv, json: asJsonLines, table: asTable(terminalWidth()) }[format];
      // Chat must not control the terminal. A table is shown without control characters anywhere.
      const isShown = process.stdout.isTTY && format !== 'table';
      await print(answer, formatOf, (text) => writeOut(isShown ? visibleLines(text) : text, signal));
    }),
  );
}

function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? Math.max(20, process.stdout.columns) : undefined;
}

async function print(answer: Answer, formatOf: FormatOf, write: (text: string) => Promise<void>): Promise<void> {
  const format = formatOf(answer.columns);
  let sample: Cell[][] | undefined = [];
  for await (const rows of answer.rows) {
    if (sample === undefined) await write(format.rows(rows));
    else {
      sample.push(...rows);
      if (sample.length < SAMPLE_ROWS) continue;
      await write(format.head(sample) + format.rows(sample));
      sample = undefined;
    }
  }
  if (sample !== undefined) await write(format.head(sample) + format.rows(sample));
}
