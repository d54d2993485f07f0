import { DuckDBTimestampTZValue } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Runs a query with parameters bound by name (`$day_start`). Values that the query does not use are ignored.
 * @returns the rows as plain JavaScript values
 */
export async function select(
  connection: DuckDBConnection,
  sql: string,
  values: Readonly<Record<string, Date>>,
): Promise<Record<string, unknown>[]> {
  const statement = await connection.prepare(sql);
  try {
    for (let index = 1; index <= statement.parameterCount; index++) {
      const name = statement.parameterName(index);
      const value = values[name];
      if (value === undefined) throw new Error(`Expected a value for $${name}, got none.`);
      statement.bindTimestampTZ(index, new DuckDBTimestampTZValue(BigInt(value.getTime()) * 1000n));
    }
    return (await statement.runAndReadAll()).getRowObjectsJS();
  } finally {
    statement.destroySync();
  }
}
