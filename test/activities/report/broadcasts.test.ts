import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { publishBroadcasts } from '../../../activities/report/publish-broadcasts.ts';
import { rollUp } from '../../../activities/report/roll-up.ts';
import { openStore } from '../../../activities/report/rollup-store.ts';
import { openSite } from '../../../activities/report/site.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import { silentLog } from '../../../common/log.ts';
import { makeEvening } from '../../viz/broadcast/made-broadcast.ts';

const HOURS = ['2026-11-25T11', '2026-11-25T12', '2026-11-25T13', '2026-11-25T14', '2026-11-25T15'];
const ROLLED_UP = new Date('2026-11-25T15:10:00Z');

describe('publishBroadcasts(publication)', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-publish-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Runs `work` with a store that has the evening. */
  const withEvening = (
    work: (
      connection: DuckDBConnection,
      publish: (at: string, signal?: AbortSignal) => Promise<number>,
    ) => Promise<void>,
  ): Promise<void> =>
    createDatabases({ scratchDirectory: directory, memoryLimitMb: 512, threads: 1 })(async (connection) => {
      await openStore(connection, join(directory, 'rollups.duckdb'), silentLog);
      for (const table of YELLOW_TABLES) await connection.run(`DROP VIEW ${table}`);
      await makeEvening(connection);
      const versions = HOURS.map((hour) => ({ hour, version: '1' }));
      await rollUp(connection, versions, ROLLED_UP);
      const site = await openSite(join(directory, 'site'), undefined);
      await work(connection, (time, signal = new AbortController().signal) =>
        publishBroadcasts({
          connection,
          site,
          scratchDirectory: directory,
          publishedAt: new Date(`2026-11-25T${time}Z`),
          signal,
        }),
      );
    });
  const published = async (path: string): Promise<string[]> =>
    (await readdir(join(directory, 'site', path)).catch(() => [])).sort();

  it('publishes a page of each broadcast in each language, with the files of its charts', () =>
    withEvening(async (_connection, publish) => {
      assert.equal(await publish('15:10:00'), 3);
      assert.deepEqual(await published('broadcasts'), ['4001', '4002', '4009']);
      assert.deepEqual(await published('ko/broadcasts'), ['4001', '4002', '4009']);
      const files = ['timeline', 'words', 'emotes'].flatMap((name) => [`${name}.csv`, `${name}.parquet`]);
      assert.deepEqual(await published('broadcasts/4001'), ['index.html', ...files].sort());
      const page = await readFile(join(directory, 'site/broadcasts/4001/index.html'), 'utf8');
      assert.match(page, /하늘 \(haneul\)/);
      assert.match(page, /checkmate/);
      assert.doesNotMatch(page, /other channel|later words/);
      const csv = await readFile(join(directory, 'site/broadcasts/4001/timeline.csv'), 'utf8');
      assert.match(
        csv,
        /^\ufeffat,messages,viewers,category,missing\r\n2026-11-25T12:00:00Z,,,Just Chatting,nobody had joined yet\r\n/,
      );
    }));
  it('publishes those again whose hours have changed, or the hour after them', () =>
    withEvening(async (connection, publish) => {
      await publish('15:10:00');
      assert.equal(await publish('15:15:00'), 0);
      const change = (hour: string, time: string): Promise<unknown> =>
        connection.run(`UPDATE store.hours SET changed_at = '2026-11-25 ${time}+00' WHERE hour = '2026-11-25T${hour}'`);
      await change('13', '15:20:00');
      assert.equal(await publish('15:21:00'), 2);
      await change('11', '15:22:00');
      assert.equal(await publish('15:23:00'), 1);
      await change('15', '15:24:00');
      assert.equal(await publish('15:25:00'), 3);
    }));
  it('has no page of a broadcast without messages, and keeps one whose chat was removed', () =>
    withEvening(async (connection, publish) => {
      await connection.run(`DELETE FROM store.channel_hours WHERE channel = '8'`);
      assert.equal(await publish('15:10:00'), 2);
      assert.deepEqual(await published('broadcasts'), ['4001', '4002']);
      await connection.run(
        `DELETE FROM store.channel_hours; UPDATE store.hours SET changed_at = '2026-11-25 15:20:00+00'`,
      );
      assert.equal(await publish('15:21:00'), 0);
      assert.deepEqual(await published('broadcasts'), ['4001', '4002']);
    }));
  it('stops when it is cancelled, and goes on with the rest', () =>
    withEvening(async (_connection, publish) => {
      await assert.rejects(publish('15:10:00', AbortSignal.abort(new Error('cancelled'))), /cancelled/);
      assert.deepEqual(await published('broadcasts'), []);
      assert.equal(await publish('15:11:00'), 3);
    }));
});
