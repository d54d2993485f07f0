import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Log } from '../../common/log.ts';
import { BASE, MACROS, ROLLUPS } from '../../viz/rollups.ts';
import { literal } from '../duckdb/literal.ts';
import { FactError } from '../errors.ts';
import { createYellowViews, NO_FILES } from './views.ts';

/** The name of the store in a connection. */
export const STORE = 'store';

/** Changes with every query of a rollup: then all hours are added up anew. */
const VERSION = createHash('sha256')
  .update(JSON.stringify([MACROS, BASE, ROLLUPS]))
  .digest('hex');

/**
 * Attaches the file with the rollups as `store`, and creates the functions of queries. The file is made of yellow and may be lost: one that is damaged, or that another version has
 * written, is replaced by an empty one. DuckDB's log keeps it whole, whatever is killed.
 * @throws FactError, retryable, if another process has it
 */
export async function openStore(connection: DuckDBConnection, file: string, log: Log): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await connection.run(MACROS);
  try {
    await attach(connection, file);
    if ((await versionIn(connection)) === VERSION) return;
    await connection.run(`DETACH ${STORE}`);
  } catch (error) {
    if (isLocked(error))
      throw new FactError(`Expected ${file} to be free, found that another process has it. Only one refiner may run.`, {
        retryable: true,
      });
    log.warn('the rollups were damaged and are made anew', { file, reason: String(error) });
    await connection.run(`DETACH DATABASE IF EXISTS ${STORE}`);
  }
  await dropStore(file);
  await attach(connection, file);
  await createTables(connection);
}

/** Removes the store. Nobody may have it open. */
export async function dropStore(file: string): Promise<void> {
  for (const path of [file, `${file}.wal`]) await rm(path, { force: true });
}

const attach = (connection: DuckDBConnection, file: string): Promise<unknown> =>
  connection.run(`ATTACH ${literal(file)} AS ${STORE}`);

async function versionIn(connection: DuckDBConnection): Promise<string | undefined> {
  const found = await connection.runAndReadAll(
    `SELECT count(*) FROM duckdb_tables() WHERE database_name = '${STORE}' AND table_name = 'about'`,
  );
  if (Number(found.value(0, 0)) === 0) return undefined;
  return String((await connection.runAndReadAll(`SELECT version FROM ${STORE}.about`)).value(0, 0));
}

async function createTables(connection: DuckDBConnection): Promise<void> {
  await createYellowViews(connection, NO_FILES);
  for (const [index, { name, sql }] of ROLLUPS.entries()) {
    await connection.run(`CREATE TABLE ${STORE}.${name} AS ${sql} LIMIT 0`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${name} AS FROM ${STORE}.${name}`);
    if (index === 0) await connection.run(BASE);
  }
  // `version` tells that an hour of yellow has changed, `hiding` that moderators have hidden more of it.
  await connection.run(
    `CREATE TABLE ${STORE}.hours (hour VARCHAR PRIMARY KEY, version VARCHAR, hiding UBIGINT, changed_at TIMESTAMPTZ)`,
  );
  // The earliest hour that was added up since somebody looked whether moderators had hidden more of earlier ones.
  await connection.run(`CREATE TABLE ${STORE}.hiding_due (hour VARCHAR)`);
  // Broadcasts whose pages are not made yet.
  await connection.run(`CREATE TABLE ${STORE}.broadcasts_left (stream_id VARCHAR)`);
  // Last: without it, the store is made anew.
  await connection.run(`CREATE TABLE ${STORE}.about AS SELECT ${literal(VERSION)} AS version`);
}

const isLocked = (error: unknown): boolean => /could not set lock/i.test(String(error));
