import type { DuckDBConnection } from '@duckdb/node-api';
import type { Part, RowsOf } from '../../viz/parts.ts';
import { select } from '../duckdb/select.ts';

/** The table of a connection that has the rows of a chart. */
export const partTable = (name: string): string => `part_${name}`;

/**
 * Asks the parts of a page, and checks each row. The connection must be limited to what the page shows. The rows stay in a table each, of which
 * the files of charts are made.
 */
export async function readParts<Parts extends Readonly<Record<string, Part>>>(
  connection: DuckDBConnection,
  parts: Parts,
): Promise<RowsOf<Parts>> {
  const rows: Record<string, unknown[]> = {};
  for (const [name, { sql, shape }] of Object.entries(parts)) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${partTable(name)} AS ${sql}`);
    rows[name] = shape.array().parse(await select(connection, `FROM ${partTable(name)}`, {}));
  }
  return rows as RowsOf<Parts>;
}
