import { mkdirSync, symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal, literals } from '../duckdb/literal.ts';
import type { Hour } from '../../workflows/hour.ts';
import { SOURCES, hoursOfSource } from './sources.ts';
import type { HourRange, LakeTimes, Source } from './sources.ts';
import { prepareQuery } from './statement.ts';
import { createQueryViews } from './views.ts';
import type { Columns } from './views.ts';
import { readScans } from './scans.ts';
import type { Scan } from './scans.ts';

/** Which hours a query reads, by source. A source that it does not read is missing. */
export type NeededHours = ReadonlyMap<Source, readonly Hour[]>;

interface PlanInput extends LakeTimes {
  sql: string;
  range: HourRange;
  columns: Columns;
  /** An empty local directory. */
  directory: string;
}

/**
 * Asks DuckDB which tables and hours the query reads: it plans the query over empty files, one for each hour of the tables that it names, and
 * tells for each scan how many files are left after the conditions on `hour`.
 *
 * Its plan names neither table nor file, but it has the conditions. So each source has one more condition, a mark. The conditions are only texts,
 * and `>= a AND < b` reads as BETWEEN: they are evaluated, and then the query is planned again over the hours that are left. If every scan still
 * reads as many files as before, it needs no other hour. Otherwise, and for a plan that does not look as expected, all hours are read.
 * @throws Refusal 78 if the query is wrong
 */
export async function planQuery(connection: DuckDBConnection, input: PlanInput): Promise<NeededHours> {
  const all = new Map(SOURCES.map((source) => [source, hoursOfSource(source, input, input.range)]));
  await writeEmptyFiles(connection, input);
  // Empty files must not make DuckDB leave a scan out.
  await connection.run("SET disabled_optimizers = 'statistics_propagation'");
  await lock(connection, input.directory);

  await createViews(connection, input, new Map());
  (await prepareQuery(connection, input.sql)).destroySync();
  const named = await scansOf(connection, input);
  if (named === undefined) return all;
  const wanted = new Map([...named.keys()].map((source) => [source, all.get(source) ?? []]));
  linkHours(input.directory, wanted);
  await createViews(connection, input, wanted);
  const scans = await scansOf(connection, input);
  if (scans === undefined || [...scans.keys()].some((source) => !wanted.has(source))) return all;

  const needed = new Map<Source, readonly Hour[]>();
  for (const [source, found] of scans)
    needed.set(source, await hoursOfScans(connection, source, found, wanted.get(source) ?? []));
  await createViews(connection, input, needed);
  const again = await scansOf(connection, input);
  if (again === undefined) return wanted;
  for (const [source, found] of scans)
    if (counts(found) !== counts(again.get(source) ?? [])) needed.set(source, wanted.get(source) ?? []);
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

/** The directory of an hour of a source; without an hour, one that its view leaves out, so that the plan tells the mark. */
function hourDirectory(directory: string, source: Source, hour?: Hour): string {
  return join(directory, `${markOf(source)}=${hour === undefined ? 'none' : 'x'}`, `hour=${hour ?? 'none'}`);
}

async function writeEmptyFiles(connection: DuckDBConnection, { columns, directory }: PlanInput): Promise<void> {
  for (const source of SOURCES) {
    const place = hourDirectory(directory, source);
    await mkdir(place, { recursive: true });
    await connection.run(`CREATE TEMP TABLE stub (${columns[source.table]})`);
    await connection.run(`COPY stub TO ${literal(join(place, 'part.parquet'))} (FORMAT parquet)`);
    await connection.run('DROP TABLE stub');
  }
}

/** Gives each hour a link to the directory of the empty file: one call per hour, because a lake of a year has thousands. */
function linkHours(directory: string, hours: NeededHours): void {
  for (const [source, own] of hours) {
    mkdirSync(join(directory, `${markOf(source)}=x`), { recursive: true });
    for (const hour of own) symlinkSync(hourDirectory(directory, source), hourDirectory(directory, source, hour));
  }
}

async function createViews(
  connection: DuckDBConnection,
  { columns, directory, range }: PlanInput,
  hours: NeededHours,
): Promise<void> {
  const filesOf = (source: Source): string[] =>
    [undefined, ...(hours.get(source) ?? [])].map((hour) =>
      join(hourDirectory(directory, source, hour), 'part.parquet'),
    );
  await createQueryViews(connection, { columns, range, filesOf, markOf });
}

/** The scans of each source; undefined if the plan has a scan that cannot be understood. */
async function scansOf(connection: DuckDBConnection, { sql }: PlanInput): Promise<Map<Source, Scan[]> | undefined> {
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
  hours: readonly Hour[],
): Promise<readonly Hour[]> {
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
