import type { DuckDBConnection } from '@duckdb/node-api';
import { literals } from '../duckdb/literal.ts';
import { selectRows } from './day-rows.ts';
import type { LocalFile } from './day-rows.ts';

/**
 * Creates a view over local copies of files of a table, made by any release. It has the current columns and types. A column that a file lacks
 * is NULL for its rows. Without files the view has no rows.
 * @param view.columns of the table, as `yellowColumns` returns them
 * @param view.hasHour adds a column `hour`; the file of an hour must lie in a directory `hour=<hour>`
 * @param view.mark only files in a directory `<mark>=x` are read
 */
export async function createYellowView(
  connection: DuckDBConnection,
  view: {
    name: string;
    table: string;
    columns: string;
    files: readonly LocalFile[];
    hasHour?: boolean;
    mark?: string;
  },
): Promise<void> {
  const { name, table, columns, files, hasHour = false, mark } = view;
  const partitions = `hive_partitioning = ${hasHour}, hive_types_autocast = false`;
  const [but, where] = mark === undefined ? ['', ''] : [` EXCLUDE (${mark})`, ` WHERE ${mark} = 'x'`];
  const ofHours = files.filter((file) => typeof file === 'string');
  const others = files.filter((file) => typeof file !== 'string');
  const reads = [
    ...others.map((file) => selectRows(file, hasHour)),
    ...(ofHours.length === 0
      ? []
      : [
          `SELECT *${but} FROM read_parquet(${literals(ofHours)}, union_by_name = ${mark === undefined}, ${partitions})${where}`,
        ]),
  ];
  await connection.run('CREATE SCHEMA IF NOT EXISTS empty');
  await connection.run(`CREATE TABLE IF NOT EXISTS empty.${table} (${columns}${hasHour ? ', hour VARCHAR' : ''})`);
  await connection.run(
    `CREATE OR REPLACE VIEW ${name} AS FROM empty.${table}${reads.map((read) => ` UNION ALL BY NAME ${read}`).join('')}`,
  );
}
