import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { broadcastsDue } from '../../../activities/report/broadcasts-due.ts';
import { publishBroadcasts } from '../../../activities/report/publish-broadcasts.ts';
import { limitToChannels, takeChannel } from '../../../activities/report/scope.ts';
import { publishSite } from '../../../activities/report/publish-site.ts';
import { rollUp, rollUpFirst } from '../../../activities/report/roll-up.ts';
import { openStore } from '../../../activities/report/rollup-store.ts';
import { openSite } from '../../../activities/report/site.ts';
import type { Publication } from '../../../activities/report/site.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import { silentLog } from '../../../common/log.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { makeEvening } from '../../viz/broadcast/made-broadcast.ts';

const HOURS = ['2026-11-25T11', '2026-11-25T12', '2026-11-25T13', '2026-11-25T14', '2026-11-25T15'];
const ROLLED_UP = new Date('2026-11-25T15:05:00Z');

describe('publishBroadcasts(publication, channel, since)', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-publish-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  interface Evening {
    connection: DuckDBConnection;
    /** Publishes what has changed of channel 7. @returns the streams whose pages were written */
    publish: (since: string) => Promise<string[]>;
    /** As a whole site is published. */
    publication: Publication;
  }

  /** Runs `work` with a store that has the evening. */
  const withEvening = (work: (evening: Evening) => Promise<void>): Promise<void> =>
    createDatabases({ scratchDirectory: directory, memoryLimitMb: 512, threads: 1 })(async (connection) => {
      await openStore(connection, join(directory, 'rollups.duckdb'), silentLog);
      for (const table of YELLOW_TABLES) await connection.run(`DROP VIEW ${table}`);
      await makeEvening(connection);
      await rollUpFirst(connection, HOURS);
      await rollUp(
        connection,
        HOURS.map((hour) => ({ hour, version: '1' })),
        ROLLED_UP,
      );
      const publication = {
        connection,
        site: await openSite(join(directory, 'site'), undefined),
        lake: { hdfs: new MemoryHdfs(), root: '/chatlake' },
        scratchDirectory: directory,
        publishedAt: new Date('2026-11-25T15:10:00Z'),
        signal: new AbortController().signal,
      };
      const publish: Evening['publish'] = async (since) => {
        await rm(join(directory, 'site/broadcasts'), { recursive: true, force: true });
        await publishDue(publication, new Date(`2026-11-25T${since}Z`));
        return published('broadcasts');
      };
      await work({ connection, publish, publication });
    });
  const publishDue = async (publication: Publication, since: Date): Promise<void> => {
    const due = await broadcastsDue(publication.connection, since);
    await limitToChannels(publication.connection);
    await takeChannel(publication.connection, '7');
    const ofChannel = due.filter(({ channel }) => channel === '7');
    await publishBroadcasts(
      publication,
      ofChannel.map(({ streamId }) => streamId),
    );
  };
  const published = async (path: string): Promise<string[]> =>
    (await readdir(join(directory, 'site', path)).catch(() => [])).sort();

  it('publishes a page of each broadcast in each language, with the files of its charts', () =>
    withEvening(async ({ publish }) => {
      assert.deepEqual(await publish('00:00:00'), ['4001', '4002']);
      assert.deepEqual(await published('ko/broadcasts'), ['4001', '4002']);
      const files = ['timeline', 'words', 'emotes'].flatMap((name) => [`${name}.csv`, `${name}.parquet`]);
      assert.deepEqual(await published('broadcasts/4001'), ['index.html', ...files].sort());
      const page = await readFile(join(directory, 'site/broadcasts/4001/index.html'), 'utf8');
      assert.match(page, /하늘 \(haneul\)/);
      assert.match(page, /checkmate/);
      assert.doesNotMatch(page, /other|twitch\.tv/);
      const csv = await readFile(join(directory, 'site/broadcasts/4001/timeline.csv'), 'utf8');
      const first = '2026-11-25T12:00:00Z,,,Just Chatting,nobody had joined yet';
      assert.ok(csv.startsWith(`\ufeffat,messages,viewers,category,missing\r\n${first}\r\n`), csv.slice(0, 200));
    }));
  it('publishes those whose hours have changed since then, or the hour after them', () =>
    withEvening(async ({ connection, publish }) => {
      assert.deepEqual(await publish('15:15:00'), []);
      const change = (hour: string, time: string): Promise<unknown> =>
        connection.run(`UPDATE store.hours SET changed_at = '2026-11-25 ${time}+00' WHERE hour = '2026-11-25T${hour}'`);
      await change('11', '15:20:00');
      assert.deepEqual(await publish('15:20:00'), []);
      await change('13', '15:21:00');
      assert.deepEqual(await publish('15:20:00'), ['4001']);
      await change('15', '15:24:00');
      assert.deepEqual(await publish('15:24:00'), ['4001', '4002']);
    }));
  it('links to the recording when it is found', () =>
    withEvening(async ({ connection, publish }) => {
      await connection.run(`
        INSERT INTO videos BY NAME
        SELECT '555' AS video_id, '4001' AS stream_id, TIMESTAMPTZ '2026-11-25 12:00:10+00' AS began_at, 7600 AS duration_seconds,
          TIMESTAMPTZ '2026-11-25 15:20:00+00' AS found_at
        UNION ALL SELECT 'x', '4001', TIMESTAMPTZ '2026-11-25 12:00:10+00', 1, TIMESTAMPTZ '2026-11-25 15:21:00+00'
        UNION ALL SELECT '556', '4009', TIMESTAMPTZ '2026-11-25 12:00:10+00', 1, TIMESTAMPTZ '2026-11-25 15:21:00+00'`);
      assert.deepEqual(await publish('15:20:00'), ['4001']);
      const page = await readFile(join(directory, 'site/broadcasts/4001/index.html'), 'utf8');
      const links = [...page.matchAll(/https:\/\/www\.twitch\.tv[^"]*/g)].map(([link]) => link);
      // The peaks are at 13:20:00 and 13:50:20.
      assert.deepEqual(links, [
        'https://www.twitch.tv/videos/555?t=1h19m35s',
        'https://www.twitch.tv/videos/555?t=1h49m55s',
      ]);
      await connection.run('UPDATE videos SET duration_seconds = 5000');
      await publish('15:20:00');
      const short = await readFile(join(directory, 'site/broadcasts/4001/index.html'), 'utf8');
      assert.equal([...short.matchAll(/twitch\.tv\/videos/g)].length, 1);
    }));
  it('has no page of a broadcast without messages, and keeps one whose chat was removed', () =>
    withEvening(async ({ connection, publish, publication }) => {
      await publish('00:00:00');
      await connection.run('DELETE FROM store.channel_hours');
      await publishDue(publication, new Date(0));
      assert.deepEqual(await published('broadcasts'), ['4001', '4002']);
      assert.deepEqual(await publish('00:00:00'), []);
    }));
  it('writes nothing after it was cancelled', () =>
    withEvening(async ({ publication }) => {
      const signal = AbortSignal.abort(new Error('cancelled'));
      await assert.rejects(publishDue({ ...publication, signal }, new Date(0)), /cancelled/);
      assert.deepEqual(await published('broadcasts'), []);
    }));
  it('makes pages of older broadcasts at the next publishes, and then the page of their channel again', () =>
    withEvening(async ({ publication }) => {
      const asked: string[] = [];
      const pages = {
        ofBroadcasts: async (_: Publication, streamIds: readonly string[]) => void asked.push(...streamIds),
        ofChannels: [async (_: Publication, channel: string) => void asked.push(`channel ${channel}`)],
        ofAll: [],
        mostBroadcasts: 1,
      };
      const publishAt = (time: string): Promise<undefined> =>
        publishSite({ ...publication, publishedAt: new Date(`2026-11-25T${time}Z`) }, pages, async () => undefined);
      await publishAt('15:10:00');
      assert.deepEqual(asked.splice(0), ['channel 8', '4002', 'channel 7']);
      await publishAt('16:10:00');
      assert.deepEqual(asked.splice(0), ['4001', 'channel 7']);
      await publishAt('17:10:00');
      assert.deepEqual(asked.splice(0), ['4009', 'channel 8']);
      await publishAt('18:10:00');
      assert.deepEqual(asked, []);
    }));
  it('has no page of a broadcast of a channel without an id', () =>
    withEvening(async ({ connection }) => {
      const due = async (): Promise<string[]> =>
        (await broadcastsDue(connection, new Date(0))).map(({ streamId }) => streamId);
      assert.deepEqual(await due(), ['4002', '4001', '4009']);
      for (const table of ['polls', 'channel_hours'])
        await connection.run(`UPDATE store.${table} SET channel = '../8' WHERE channel = '8'`);
      assert.deepEqual(await due(), ['4002', '4001']);
    }));
  it('is asked about channels that were live in the hour before a changed one: their broadcasts may have ended', () =>
    withEvening(async ({ connection, publication }) => {
      const asked: string[] = [];
      const ofChannels = [async (_: Publication, channel: string) => void asked.push(channel)];
      const pages = { ofBroadcasts: async () => undefined, ofChannels, ofAll: [], mostBroadcasts: 10 };
      await publishSite(publication, pages, async () => undefined);
      assert.deepEqual(asked.splice(0), ['8', '7']);
      await connection.run(`INSERT INTO store.hours VALUES ('2026-11-25T16', '1', 0, '2026-11-25 16:10:00+00')`);
      const later = { ...publication, publishedAt: new Date('2026-11-25T16:10:00Z') };
      await publishSite(later, pages, async () => undefined);
      assert.deepEqual(asked, ['7', '8']);
    }));
});
