import { rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../activities/duckdb/literal.ts';
import { answerQuery } from '../activities/query/answer.ts';
import { askYellow } from '../activities/query/ask.ts';
import { isChannel } from '../activities/query/channel.ts';
import type { Fetched } from '../activities/query/local-files.ts';
import { writeRawLines } from '../activities/query/raw-lines.ts';
import type { HourRange } from '../activities/query/sources.ts';
import type { YellowTable } from '../activities/yellow/manifest.ts';
import { writeNewFile } from '../common/new-file.ts';
import type { Day } from '../workflows/hour.ts';
import { fetchProgress } from './fetch-progress.ts';
import { withLake } from './lake.ts';
import type { Lake } from './lake.ts';
import { endingQuietly } from './quiet-interruption.ts';
import { tellRemovedDays } from './removed-days.ts';
import { asCsv } from './rows/csv.ts';
import { asJsonLines } from './rows/json-lines.ts';

export type ExportFormat = 'parquet' | 'csv' | 'jsonl' | 'raw';

export interface ExportOptions {
  out: string;
  format: ExportFormat;
  table: YellowTable;
  channel: string | undefined;
  range: HourRange;
  /** Replace an existing file. */
  force: boolean;
  /** Print a line for programs. */
  json: boolean;
}

/** `chatlake export`: writes rows of a table, or lines as they were received, to a file that appears when it is whole. */
export async function exportFile(options: ExportOptions): Promise<void> {
  const { out, format, force, json } = options;
  await endingQuietly(async (signal) => {
    const rows = await writeNewFile(out, { force }, (file) =>
      withLake('export', async (lake) => {
        const { fetched, clear } = fetchProgress();
        const removed = (days: Day[]): void => {
          clear();
          tellRemovedDays(days);
        };
        const written = await (format === 'raw' ? writeRaw : writeRows)(lake, options, {
          file,
          fetched,
          removed,
          signal,
        });
        signal.throwIfAborted();
        clear();
        return written;
      }),
    );
    process.stderr.write(`Wrote ${rows} ${format === 'raw' ? 'lines' : 'rows'} to ${out}.\n`);
    if (json) process.stdout.write(`${JSON.stringify({ out, rows })}\n`);
  });
}

interface Output {
  file: FileHandle;
  fetched: Fetched;
  removed: (days: Day[]) => void;
  signal: AbortSignal;
}

async function writeRows(
  lake: Lake,
  options: ExportOptions,
  { file, fetched, removed, signal }: Output,
): Promise<number> {
  const { format, table, channel, range } = options;
  const where = channel === undefined ? '' : ` WHERE ${isChannel(channel)}`;
  const sql = `SELECT * EXCLUDE (hour) FROM ${table}${where}`;
  return askYellow(lake, { sql, range, fetched, removed, signal }, (connection) =>
    format === 'parquet'
      ? writeParquet(connection, sql, { file, place: join(lake.scratchDirectory, 'lake'), signal })
      : writeTexts(connection, sql, { file, format: format === 'csv' ? asCsv : asJsonLines, signal }),
  );
}

/** The database writes where it may, and the file is copied from there. */
async function writeParquet(
  connection: DuckDBConnection,
  sql: string,
  { file, place, signal }: { file: FileHandle; place: string; signal: AbortSignal },
): Promise<number> {
  const local = join(place, 'export.parquet');
  const copied = await connection.run(`COPY (${sql}) TO ${literal(local)} (FORMAT parquet, COMPRESSION zstd)`);
  for await (const bytes of createReadStream(local) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    await file.appendFile(bytes);
  }
  await rm(local);
  return copied.rowsChanged;
}

async function writeTexts(
  connection: DuckDBConnection,
  sql: string,
  { file, format, signal }: { file: FileHandle; format: typeof asCsv; signal: AbortSignal },
): Promise<number> {
  const answer = await answerQuery(connection, sql);
  const { head, rows } = format(answer.columns);
  await file.appendFile(head([]));
  let count = 0;
  for await (const some of answer.rows) {
    signal.throwIfAborted();
    await file.appendFile(rows(some));
    count += some.length;
  }
  return count;
}

async function writeRaw(
  lake: Lake,
  { channel, range }: ExportOptions,
  { file, fetched, signal }: Output,
): Promise<number> {
  return writeRawLines(lake, { channel, range, fetched, signal }, (lines) => file.appendFile(lines));
}
