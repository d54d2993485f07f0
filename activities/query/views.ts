import type { DuckDBConnection } from '@duckdb/node-api';
import { hourStartMs } from '../../workflows/hour.ts';
import type { LocalFile } from '../yellow/day-rows.ts';
import { createYellowView } from '../yellow/views.ts';
import { DERIVED_VIEWS } from './derived.ts';
import { SOURCES } from './sources.ts';
import type { HourRange, QueryTable, Source } from './sources.ts';

/** The columns of each table, in the syntax of `CREATE TABLE`. */
export type Columns = Readonly<Record<QueryTable, string>>;

/**
 * Creates the views that a question may name: the tables of yellow with a column `hour`, and the derived views.
 * @param options.filesOf local files; that of an hour lies in a directory `hour=<hour>`
 * @param options.markOf for files that lie in a directory `<mark>=x`
 */
export async function createQueryViews(
  connection: DuckDBConnection,
  options: {
    columns: Columns;
    filesOf: (source: Source) => readonly LocalFile[];
    range: HourRange;
    markOf?: (source: Source) => string;
  },
): Promise<void> {
  const { columns, filesOf, range, markOf } = options;
  for (const schema of ['history', 'days']) await connection.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  for (const source of SOURCES) {
    const { schema, table } = source;
    await createYellowView(connection, {
      name: `${schema}.${table}`,
      table,
      columns: columns[table],
      files: filesOf(source),
      hasHour: true,
      ...(markOf === undefined ? {} : { mark: markOf(source) }),
    });
  }
  // A view finds the tables that it names in its own schema first.
  await connection.run('USE history');
  for (const { name, sql } of DERIVED_VIEWS) await connection.run(`CREATE OR REPLACE VIEW history.${name} AS ${sql}`);
  await connection.run('USE main');
  for (const { name, endsAt } of DERIVED_VIEWS) {
    const overlaps =
      range.from === undefined || endsAt === undefined
        ? 'true'
        : `coalesce(${endsAt} > make_timestamptz(${hourStartMs(range.from) * 1000}), true)`;
    await connection.run(`CREATE OR REPLACE VIEW main.${name} AS FROM history.${name} WHERE ${overlaps}`);
  }
}
