import { StatementType } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { Refusal } from '../../common/refusal.ts';

/**
 * Checks that the text is one query that DuckDB accepts. The views must exist.
 * @throws Refusal 78 with DuckDB's message, or because it is another statement
 */
export async function prepareQuery(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const text = withoutComments(sql) === '' ? undefined : sql;
  if (text === undefined)
    throw new Refusal(78, 'Expected a query, got an empty text. Give one, like "FROM chat LIMIT 5".');
  const statements = await orRefused(() => connection.extractStatements(text));
  if (statements.count !== 1) {
    const pivot = /\bpivot\b/i.test(text) ? ' PIVOT needs its values, as in `PIVOT … ON kind IN (…)`.' : '';
    throw new Refusal(
      78,
      `Expected one query, got ${statements.count} statements.${pivot || ' Ask one after the other.'}`,
    );
  }
  const statement = await orRefused(() => statements.prepare(0));
  if (statement.statementType !== StatementType.SELECT) {
    const found = StatementType[statement.statementType] ?? 'another statement';
    throw new Refusal(78, `Expected a query, got a statement ${found}. The tables can only be read.`);
  }
  if (statement.parameterCount > 0)
    throw new Refusal(78, 'Expected a query without parameters, got one with `?` or `$`. Write the values into it.');
  return statement;
}

/** Runs `work`, and turns an error of DuckDB into a refusal with its message. */
export async function orRefused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Refusal(78, `The query failed: ${messageOf(error)}`, error);
  }
}

/** DuckDB's message without empty lines. The line with the mistake, and the mark below it, stay. */
function messageOf(error: unknown): string {
  const { message } = error as Error;
  return message
    .replace(/^Failed to extract statements: /, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n');
}

function withoutComments(sql: string): string {
  return sql.replaceAll(/--.*|\/\*[^]*?\*\/|;/g, '').trim();
}
