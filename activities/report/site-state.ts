import { createHash, randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duckdb/literal.ts';
import { STORE } from './rollup-store.ts';
import type { Publication } from './site.ts';
import { publishFile } from './site-files.ts';

/** All pages but those of days are published at most so often that this share of the time goes into them. */
const LARGEST_SHARE = 0.1;

/** Names the publish after which the site is as `store.site` says. A site without it, or with another, is made from nothing. */
const STAMP = 'site.json';

/**
 * Since when changes of yellow are not on the pages; undefined if it is too early to publish them again. The first time, all pages are due, as
 * after an upgrade, and after somebody has removed the site.
 */
export async function pagesDueSince(publication: Publication): Promise<Date | undefined> {
  const { connection, site, publishedAt } = publication;
  const last = await lastPublish(connection);
  const stamp = await readFile(join(site.directory, STAMP), 'utf8').catch(() => '');
  if (last === undefined || stamp !== stampOf(last.id) || last.made !== (await made(publication))) return new Date(0);
  const restMs = last.tookMs / LARGEST_SHARE - last.tookMs;
  return publishedAt.getTime() < last.beganAt.getTime() + last.tookMs + restMs ? undefined : last.beganAt;
}

/** Notes that all pages are published as of `publishedAt`. */
export async function noteSitePublished(publication: Publication, tookMs: number): Promise<void> {
  const { connection, site, publishedAt } = publication;
  const id = randomUUID();
  await connection.run(
    `CREATE OR REPLACE TABLE ${STORE}.site AS SELECT ${literal(id)} AS id, ${literal(await made(publication))} AS made,
      epoch_ms(${literal(publishedAt.toISOString())}::TIMESTAMPTZ)::DOUBLE AS began, ${Math.round(tookMs)}::DOUBLE AS took`,
  );
  await publishFile(join(site.directory, STAMP), stampOf(id));
}

interface Publish {
  id: string;
  made: string;
  beganAt: Date;
  tookMs: number;
}

async function lastPublish(connection: DuckDBConnection): Promise<Publish | undefined> {
  const tables = await connection.runAndReadAll(
    `SELECT 1 FROM duckdb_tables() WHERE database_name = '${STORE}' AND table_name = 'site'`,
  );
  if (tables.currentRowCount === 0) return undefined;
  const found = await connection.runAndReadAll(`SELECT id, made, began, took FROM ${STORE}.site`);
  const [row] = found.getRows() as [string, string, number, number][];
  if (row === undefined) return undefined;
  const [id, madeBy, began, tookMs] = row;
  return { id, made: madeBy, beganAt: new Date(began), tookMs };
}

const stampOf = (id: string): string => JSON.stringify({ id });

let knownMade: Promise<string> | undefined;

/** Changes with everything of which pages are made, and with whether they name people. */
async function made({ showChatters = false }: Publication): Promise<string> {
  knownMade ??= hashOf(join(import.meta.dirname, '../../viz'));
  return showChatters ? `${await knownMade} with names` : knownMade;
}

async function hashOf(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of globSync('**/*.*', { cwd: directory }).sort()) hash.update(await readFile(join(directory, name)));
  return hash.digest('hex');
}
