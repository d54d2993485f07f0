import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { limitToChannels, takeChannel } from '../../../activities/report/scope.ts';
import { publishChannel } from '../../../activities/report/publish-channel.ts';
import { publishSite } from '../../../activities/report/publish-site.ts';
import { openSite } from '../../../activities/report/site.ts';
import type { Publication } from '../../../activities/report/site.ts';
import { noteSitePublished, pagesDueSince } from '../../../activities/report/site-state.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { plain } from '../../viz/plain.ts';
import { insert } from '../../viz/broadcast/made-broadcast.ts';
import { makeMonth, openChannelStore } from '../../viz/channel/made-channel.ts';

const PEOPLE = /User\d|user\d|nightbot/i;

/** One message without names. */
const oneMessage = (connection: DuckDBConnection): Promise<void> =>
  insert(
    connection,
    'chat',
    `SELECT 'm' AS message_id, '77' AS channel_id, NULL AS channel_login, NULL AS user_id, NULL AS user_login, NULL AS display_name, '<b>hi</b> there' AS text,
            TIMESTAMPTZ '2026-11-25 12:00:00+00' AS sent_at, TIMESTAMPTZ '2026-11-25 12:00:00+00' AS received_at, TIMESTAMPTZ '2026-11-25 12:00:00+00' AS appended_at,
            'c1' AS collector, false AS is_shared_copy`,
  );

async function publishTaken(publication: Publication, channel: string): Promise<void> {
  await limitToChannels(publication.connection);
  await takeChannel(publication.connection, channel);
  await publishChannel(publication, channel);
}

describe('publishChannel(publication, channel)', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-channel-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Runs `work` with a store of what `make` inserts. */
  const withStore = (
    make: (connection: DuckDBConnection) => Promise<void>,
    work: (publication: Publication) => Promise<void>,
  ): Promise<void> =>
    createDatabases({ scratchDirectory: directory, memoryLimitMb: 512, threads: 1 })(async (connection) => {
      await openChannelStore(connection, directory, make);
      await work({
        connection,
        lake: { hdfs: new MemoryHdfs(), root: '/chatlake' },
        site: await openSite(join(directory, 'site'), undefined),
        scratchDirectory: directory,
        publishedAt: new Date('2026-11-25T17:10:00Z'),
        signal: new AbortController().signal,
      });
    });
  const read = (path: string): Promise<string> => readFile(join(directory, 'site', path), 'utf8');
  const textOf = async (path: string): Promise<string> =>
    plain({ markup: (await read(path)).replaceAll(/<(script|pre)[^]*?<\/\1>|(?=<\/(td|li)>)/g, ' ') });

  it('publishes the page in each language with the files of its charts, and tells other pages of it', () =>
    withStore(makeMonth, async (publication) => {
      await publishTaken(publication, '7');
      assert.ok(publication.site.pages.has('channels/7/'));
      const files = ['activity', 'week', 'loyalty', 'heard'].flatMap((name) => [`${name}.csv`, `${name}.parquet`]);
      assert.deepEqual((await readdir(join(directory, 'site/channels/7'))).sort(), ['index.html', ...files].sort());
      assert.match(await textOf('channels/7/index.html'), /하늘 \(haneul\)/);
      assert.match(await textOf('ko/channels/7/index.html'), /단골/);
    }));

  it('names nobody who chats, neither on its pages nor in its files, unless that is set', () =>
    withStore(makeMonth, async (publication) => {
      await publishTaken(publication, '7');
      const names = await readdir(join(directory, 'site'), { recursive: true });
      const published = names.filter((name) => /channels\/7\/.*\.(html|csv|parquet)$/.test(name));
      assert.equal(published.length, 10);
      for (const name of published) assert.doesNotMatch(await read(name), PEOPLE, name);
      await publishTaken({ ...publication, showChatters: true }, '7');
      for (const page of ['channels/7/index.html', 'ko/channels/7/index.html']) {
        const text = await textOf(page);
        assert.match(text, /User7/);
        assert.match(text, /Nightbot (bot|봇)/);
      }
      for (const name of published.filter((it) => !it.endsWith('.html'))) assert.doesNotMatch(await read(name), PEOPLE);
    }));

  it('publishes all pages again when it is set whether people are named', () =>
    withStore(oneMessage, async (publication) => {
      await noteSitePublished(publication, 1_000);
      assert.equal(await pagesDueSince(publication), undefined);
      assert.deepEqual(await pagesDueSince({ ...publication, showChatters: true }), new Date(0));
      await noteSitePublished({ ...publication, showChatters: true }, 1_000);
      assert.equal(await pagesDueSince({ ...publication, showChatters: true }), undefined);
      assert.deepEqual(await pagesDueSince(publication), new Date(0));
    }));

  it('publishes pages without names again when that is not set any more, also of channels that have left the thirty days', () =>
    withStore(oneMessage, async (publication) => {
      publication.site.pages.add('channels/7/');
      const asked: [string, boolean | undefined][] = [];
      const pages = {
        ofChannels: [async (it: Publication, channel: string) => void asked.push([channel, it.showChatters])],
        ofBroadcasts: async () => undefined,
        ofAll: [],
        mostBroadcasts: 10,
      };
      const ofDay = async (): Promise<void> => {};
      await publishSite({ ...publication, showChatters: true }, pages, ofDay);
      await publishSite({ ...publication, showChatters: true }, pages, ofDay);
      await publishSite({ ...publication, showChatters: false }, pages, ofDay);
      assert.deepEqual(asked, [
        ['77', true],
        ['7', true],
        ['77', false],
        ['7', false],
      ]);
    }));

  it('is right for a channel with one message and no poll', () =>
    withStore(oneMessage, async (publication) => {
      await publishTaken({ ...publication, showChatters: true }, '77');
      const text = await textOf('channels/77/index.html');
      assert.match(text, /Messages 1 – Chatters 0 – Peak viewers – – Average viewers – – Hours live 0 – /);
      assert.match(text, /Most messages in a minute: 1, from Nov 25, 12:00:00 UTC on\./);
      assert.match(text, /No broadcast is known\./);
      assert.match(await textOf('ko/channels/77/index.html'), /알려진 방송이 없습니다/);
    }));

  it('is readable for a channel of which only coverage knows', () =>
    withStore(
      (connection) =>
        insert(
          connection,
          'coverage',
          `SELECT 'join' AS kind, 'c1' AS collector, TIMESTAMPTZ '2026-11-25 12:00:00+00' AS happened_at, '78' AS channel_id, 'quiet' AS channel_login`,
        ),
      async (publication) => {
        await publishTaken(publication, '78');
        const text = await textOf('channels/78/index.html');
        assert.match(text, /quiet The last thirty days\..* Messages 0 – /);
        assert.match(text, /There are no data for this chart yet\./);
        assert.match(text, /No gap\./);
      },
    ));

  it('writes nothing after it was cancelled', () =>
    withStore(makeMonth, async (publication) => {
      const signal = AbortSignal.abort(new Error('cancelled'));
      await assert.rejects(publishTaken({ ...publication, signal }, '7'), /cancelled/);
      assert.deepEqual(await readdir(join(directory, 'site/channels')).catch(() => []), []);
    }));
});
