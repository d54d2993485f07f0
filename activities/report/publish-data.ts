import pMap from 'p-map';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DATA_CHARTS } from '../../viz/charts/data/index.ts';
import { DATA_PARTS, dataPage } from '../../viz/pages/data-page.ts';
import type { MadeHour } from '../../viz/pages/data-page.ts';
import type { Hour } from '../../workflows/hour.ts';
import { literal } from '../duckdb/literal.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import { DERIVED_VIEWS } from '../query/derived.ts';
import { readManifest } from '../yellow/manifest.ts';
import { chartFiles } from './chart-files.ts';
import { readParts } from './read-parts.ts';
import { STORE } from './rollup-store.ts';
import { DAYS_SHOWN, limitToSite } from './scope.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';
import { readSummaries } from './summaries.ts';

const HOURS_SHOWN = 24;
const READS_AT_ONCE = 8;

/** Publishes the page on data quality. */
export async function publishData(publication: Publication): Promise<void> {
  const { connection, site, scratchDirectory, publishedAt, signal } = publication;
  await limitToSite(connection);
  await connection.run(`SET VARIABLE published_at = ${literal(publishedAt.toISOString())}::TIMESTAMPTZ`);
  await createGapViews(connection);
  const rows = await readParts(connection, DATA_PARTS);
  const files = await chartFiles(connection, DATA_CHARTS, rows, scratchDirectory);
  const days = (await readSummaries(site.directory)).flatMap(({ summary }) => summary ?? []).slice(0, DAYS_SHOWN);
  const hours = await readHours(publication);
  signal.throwIfAborted();
  await publishPages(site, 'data/', files, (edition) => dataPage({ days, hours, rows }, edition));
}

/** The views `runs`, `listening` and `gaps` of docs/querying.md over the records of the store, which begin a week before the pages do. */
async function createGapViews(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP VIEW coverage AS
    SELECT * EXCLUDE (channel, login), channel AS channel_id, login AS channel_login FROM ${STORE}.records`);
  for (const { name, sql } of DERIVED_VIEWS)
    if (['runs', 'listening', 'gaps'].includes(name))
      await connection.run(`CREATE OR REPLACE TEMP VIEW ${name} AS ${sql}`);
}

/** What the newest hours were made from. A damaged manifest is told of on the page of its day. */
async function readHours({ connection, lake }: Publication): Promise<MadeHour[]> {
  const found = await connection.runAndReadAll(
    `SELECT hour FROM ${STORE}.hours ORDER BY hour DESC LIMIT ${HOURS_SHOWN}`,
  );
  const read = await pMap(found.getRowsJson() as [Hour][], ([hour]) => readHour(lake, hour), {
    concurrency: READS_AT_ONCE,
  });
  return read.filter((hour) => hour !== undefined);
}

async function readHour({ hdfs, root }: Publication['lake'], hour: Hour): Promise<MadeHour | undefined> {
  try {
    const manifest = await readManifest(hdfs, root, hour);
    if (manifest === undefined) return undefined;
    return {
      at: `${hour}:00:00Z`,
      isComplete: manifest.complete,
      files: manifest.redFiles.length,
      messages: manifest.tables.chat?.rows ?? 0,
      missing: manifest.gaps.reduce((sum, { from, to }) => sum + Number(BigInt(to) - BigInt(from)), 0),
      refinedAt: manifest.refinedAt,
    };
  } catch (error) {
    if (error instanceof DamagedFile) return undefined;
    throw error;
  }
}
