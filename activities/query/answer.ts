import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duckdb/literal.ts';
import { orRefused, prepareQuery } from './statement.ts';
import { asText, columnsOf } from './text-columns.ts';
import type { TextColumn } from './text-columns.ts';

/** A cell as text; null for NULL. */
export type Cell = string | null;

export interface Answer {
  columns: TextColumn[];
  /** Some rows at a time, as they are found. */
  rows: AsyncIterable<Cell[][]>;
}

/** Runs a query over the views. The order of its rows is kept. @throws Refusal 78 if the query is wrong, also while rows are read */
export async function answerQuery(connection: DuckDBConnection, sql: string): Promise<Answer> {
  const statement = await prepareQuery(connection, sql);
  const columns = columnsOf(statement).map(({ name, type }, index) => ({ name, ...asText(`c${index}`, type) }));
  statement.destroySync();
  const texts = columns.map(({ sql }) => sql).join(', ');
  const names = columns.map((_, index) => `c${index}`).join(', ');
  const text = `SELECT ${texts} FROM query(${literal(sql)}) AS answer(${names})`;
  return {
    columns: uniquelyNamed(columns.map(({ name, kind }) => ({ name, kind }))),
    rows: rowsOf(connection, text),
  };
}

async function* rowsOf(connection: DuckDBConnection, sql: string): AsyncGenerator<Cell[][]> {
  const result = await orRefused(() => connection.stream(sql));
  for (;;) {
    const chunk = await orRefused(() => result.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk.getRows() as Cell[][];
  }
}

/** Two columns of one name would be one key in JSON: the second becomes `name_1`. */
function uniquelyNamed(columns: TextColumn[]): TextColumn[] {
  const taken = new Set<string>();
  return columns.map(({ name, kind }) => {
    let unique = name;
    for (let number = 1; taken.has(unique); number += 1) unique = `${name}_${number}`;
    taken.add(unique);
    return { name: unique, kind };
  });
}
