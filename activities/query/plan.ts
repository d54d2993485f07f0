import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal, literals } from '../duckdb/literal.ts';
import type { Hour } from '../../workflows/hour.ts';
import { SOURCES, hoursOfSource } from './sources.ts';
import type { HourRange, Source } from './sources.ts';
import { prepareQuery } from './statement.ts';
import { createQueryViews } from './views.ts';
import type { Columns } from './views.ts';
import { readScans } from './scans.ts';
import type { Scan } from './scans.ts';

/** Which hours a query reads, by source. A source that it does not read is missing. */
export type NeededHours = ReadonlyMap<Source, readonly Hour[]>;

interface PlanInput {
  sql: string;
  lakeHours: readonly Hour[];
  range: HourRange;
  columns: Columns;
  /** An empty local directory. */
  directory: string;
}

/**
 * Asks DuckDB which tables and hours the query reads: it plans the query over empty files, one for each hour, and tells for each scan how many
 * files are left after the conditions on `hour`.
 *
 * Its plan names neither table nor file, but it has the conditions. So each source has one more condition, a mark. The conditions are only texts,
 * and `>= a AND < b` reads as BETWEEN: they are evaluated, and then the query is planned again over the hours that are left. If every scan still
 * reads as many files as before, it needs no other hour. Otherwise, and for a plan that does not look as expected, all hours are read.
 * @throws Refusal 78 if the query is wrong
 */
export async function planQuery(connection: DuckDBConnection, input: PlanInput): Promise<NeededHours> {
  const all = new Map(SOURCES.map((source) => [source, hoursOfSource(source, input.lakeHours, input.range)]));
  await writeEmptyFiles(connection, input, all);
  // Empty files must not make DuckDB leave a scan out.
  await connection.run("SET disabled_optimizers = 'statistics_propagation'");
  await lock(connection, input.directory);

  const scans = await scansOf(connection, input, all, true);
  if (scans === undefined) return all;
  const needed = new Map<Source, Hour[]>();
  for (const [source, found] of scans)
    needed.set(source, await hoursOfScans(connection, source, found, all.get(source) ?? []));
  const again = await scansOf(connection, input, needed, false);
  if (again === undefined) return all;
  for (const [source, found] of scans)
    if (counts(found) !== counts(again.get(source) ?? [])) needed.set(source, all.get(source) ?? []);
  return needed;
}

/** No access to anything but the directory, whatever the query says. */
export async function lock(connection: DuckDBConnection, directory: string): Promise<void> {
  await connection.run(`SET allowed_directories = ${literals([`${directory}/`])}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

const counts = (scans: readonly Scan[]): string =>
  scans
    .map(({ files }) => files)
    .sort((a, b) => a - b)
    .join();

const markOf = ({ schema, table }: Source): string => `${schema}_${table}`;

/** An empty file of an hour of a source; without an hour, one that its view leaves out, so that the plan tells the mark. */
function emptyFile(directory: string, source: Source, hour?: Hour): string {
  const mark = `${markOf(source)}=${hour === undefined ? 'none' : 'x'}`;
  return join(directory, mark, `hour=${hour ?? 'none'}`, 'part.parquet');
}

async function writeEmptyFiles(
  connection: DuckDBConnection,
  { columns, directory }: PlanInput,
  all: ReadonlyMap<Source, readonly Hour[]>,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [source, hours] of all) {
    const empty = join(directory, `${markOf(source)}.parquet`);
    await connection.run(`CREATE TEMP TABLE stub (${columns[source.table]})`);
    await connection.run(`COPY stub TO ${literal(empty)} (FORMAT parquet)`);
    await connection.run('DROP TABLE stub');
    for (const hour of [undefined, ...hours]) {
      const path = emptyFile(directory, source, hour);
      await mkdir(dirname(path), { recursive: true });
      await symlink(empty, path);
    }
  }
}

/** The scans of each source, planned over these hours; undefined if the plan has a scan that cannot be understood. */
async function scansOf(
  connection: DuckDBConnection,
  { sql, columns, directory, range }: PlanInput,
  hours: ReadonlyMap<Source, readonly Hour[]>,
  isFirst: boolean,
): Promise<Map<Source, Scan[]> | undefined> {
  const filesOf = (source: Source): string[] =>
    [undefined, ...(hours.get(source) ?? [])].map((hour) => emptyFile(directory, source, hour));
  await createQueryViews(connection, { columns, range, filesOf, markOf });
  if (isFirst) (await prepareQuery(connection, sql)).destroySync();
  const explained = await connection.runAndReadAll(`EXPLAIN (FORMAT json) FROM query(${literal(sql)})`);
  const found = new Map<Source, Scan[]>();
  for (const scan of readScans(String(explained.value(1, 0)))) {
    const source = SOURCES.find((it) => scan?.condition.includes(`(${markOf(it)} = 'x')`));
    if (scan === undefined || source === undefined) return undefined;
    found.set(source, [...(found.get(source) ?? []), scan]);
  }
  return found;
}

/** The hours for which a condition of one of the scans holds; all hours if a condition cannot be evaluated. */
async function hoursOfScans(
  connection: DuckDBConnection,
  source: Source,
  scans: readonly Scan[],
  hours: Hour[],
): Promise<Hour[]> {
  const conditions = scans.map(({ condition }) => `(${condition})`).join(' OR ');
  try {
    const read = await connection.runAndReadAll(
      `SELECT hour FROM (SELECT 'x' AS ${markOf(source)}, unnest(${literals(hours)}::VARCHAR[]) AS hour) WHERE ${conditions}`,
    );
    return read.getRows().map(([hour]) => String(hour));
  } catch {
    return hours;
  }
}
