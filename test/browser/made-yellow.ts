import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../../activities/duckdb/literal.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { manifestPath, tablePath, YELLOW_TABLES } from '../../activities/yellow/manifest.ts';
import type { Manifest, YellowTable } from '../../activities/yellow/manifest.ts';
import { yellowColumns } from '../../activities/yellow/read-columns.ts';
import { addHours, hourOf, hourStartMs } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** A row of yellow: the columns that are not NULL. */
export type YellowRow = Readonly<Record<string, unknown>>;

/** Rows of each table, in any order. */
export type Yellow = Record<YellowTable, YellowRow[]>;

export const emptyYellow = (): Yellow => ({
  chat: [],
  events: [],
  moderation: [],
  streams: [],
  coverage: [],
  tallies: [],
  quarantine: [],
});

/** The column that says in which hour a row lies. */
const TIME_OF: Readonly<Record<YellowTable, string>> = {
  chat: 'sent_at',
  events: 'sent_at',
  moderation: 'sent_at',
  streams: 'polled_at',
  coverage: 'happened_at',
  tallies: 'window_start',
  quarantine: 'appended_at',
};

interface Lake {
  hdfs: Hdfs;
  root: string;
  /** A local directory for unfinished files. */
  directory: string;
}

/** Writes hours of yellow, each with its tables and its manifest, also those without rows between others. */
export async function writeYellow(connection: DuckDBConnection, lake: Lake, yellow: Yellow): Promise<void> {
  const hourOfRow = (table: YellowTable, row: YellowRow): Hour => hourOf(Date.parse(String(row[TIME_OF[table]])));
  const byHour = Object.fromEntries(
    YELLOW_TABLES.map((table) => [table, Map.groupBy(yellow[table], (row) => hourOfRow(table, row))]),
  ) as Record<YellowTable, Map<Hour, YellowRow[]>>;
  const hours = YELLOW_TABLES.flatMap((table) => [...byHour[table].keys()]).sort();
  const last = hours.at(-1) ?? '';
  for (let hour = hours[0] ?? ''; hour !== '' && hour <= last; hour = addHours(hour, 1))
    await writeHour(connection, lake, hour, (table) => byHour[table].get(hour) ?? []);
}

async function writeHour(
  connection: DuckDBConnection,
  lake: Lake,
  hour: Hour,
  rowsOf: (table: YellowTable) => YellowRow[],
): Promise<void> {
  const { hdfs, root, directory } = lake;
  const tables: Manifest['tables'] = {};
  for (const table of YELLOW_TABLES) {
    const rows = rowsOf(table);
    const file = join(directory, `made-${table}.parquet`);
    await writeTable(connection, table, rows, file);
    await hdfs.upload(file, tablePath(root, table, hour), { createParent: true });
    tables[table] = { rows: rows.length, digest: `${rows.length}` };
  }
  const manifest: Manifest = {
    hour,
    redHours: [hour],
    redFiles: [`${root}/red/chat/hour=${hour}/p0-0-1000.parquet`],
    sql: 'made',
    optOut: '',
    tables,
    complete: true,
    gaps: [],
    refinedAt: new Date(hourStartMs(hour) + 62 * 60_000).toISOString(),
  };
  await hdfs.writeText(manifestPath(root, hour), JSON.stringify(manifest), { createParent: true });
}

async function writeTable(
  connection: DuckDBConnection,
  table: YellowTable,
  rows: YellowRow[],
  file: string,
): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE made (${await yellowColumns(connection, table)})`);
  if (rows.length > 0) {
    // DuckDB stores no half of a surrogate pair, nor does Kafka's UTF-8.
    const lines = rows.map((row) => JSON.stringify(row, (_key, it: unknown) => typeof it === 'string' ? it.toWellFormed() : it)); // prettier-ignore
    const source = `${file}.json`;
    await writeFile(source, lines.join('\n'));
    const names = new Set(rows.flatMap((row) => Object.keys(row)));
    const described = await connection.runAndReadAll('SELECT column_name, column_type FROM (DESCRIBE made)');
    const columns = (described.getRowsJson() as [string, string][])
      .filter(([name]) => names.has(name))
      .map(([name, type]) => `${name}: ${literal(type)}`);
    await connection.run(
      `INSERT INTO made BY NAME FROM read_json(${literal(source)}, format = 'newline_delimited', columns = {${columns.join(', ')}})`,
    );
  }
  await connection.run(`COPY made TO ${literal(file)} (FORMAT parquet)`);
}
