import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { createHelix } from '../../../activities/twitch/helix.ts';
import { createOAuth } from '../../../activities/twitch/oauth.ts';
import { startTwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { dayOf, hourOf } from '../../../workflows/hour.ts';
import { silentLog } from '../../../common/log.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs as realHdfs } from '../../integration/servers.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';
import { order } from '../../infra/twitch-simulator/with-simulator.ts';
import { MINUTE, Rounds } from './rounds.ts';
import { video } from './video.ts';

const DAY = '2026-11-25';

describe('askForVideos(), on a real HDFS', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  let scratch: { path: string; remove: () => Promise<void> };
  let hdfs: Hdfs;
  let root: string;
  let rounds: Rounds;

  before(async () => {
    const { url, user } = await realHdfs();
    hdfs = createHdfs({ urls: [url], user, log: silentLog });
    scratch = await temporaryDirectory('videos-real');
  });
  after(() => scratch.remove());

  beforeEach(() => {
    root = `/videos-${randomUUID()}`;
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: scratch.path });
    rounds = new Rounds(hdfs, root, { withDatabase, scratchDirectory: scratch.path });
    rounds.live('7');
  });
  afterEach(async () => {
    await hdfs.remove(root, { recursive: true });
  });

  it('writes the table, and a second round merges what has changed', async () => {
    rounds.answers.set('7', [video(), video({ videoId: '12' })]);
    assert.deepEqual(await rounds.play(), { asked: 1, failed: 0, videos: 2, days: 1, waiting: 0 });
    rounds.nowMs += 30 * MINUTE;
    rounds.answers.set('7', [video({ durationSeconds: 2_400 }), video({ videoId: '13' })]);
    assert.deepEqual(await rounds.play(), { asked: 1, failed: 0, videos: 2, days: 1, waiting: 0 });
    assert.deepEqual(await rounds.rows(DAY, 'video_id, duration_seconds::VARCHAR'), [
      ['11', '2400'],
      ['12', '600'],
      ['13', '600'],
    ]);
    assert.deepEqual(await hdfs.list(`${root}/yellow/.videos`), []);
  });

  for (const name of ['upload', 'replace'] as const)
    it(`loses nothing if the process dies before ${name}`, async () => {
      rounds.answers.set('7', [video()]);
      await rounds.play();
      rounds.nowMs += 30 * MINUTE;
      rounds.answers.set('7', [video({ videoId: '12' })]);
      const dead = new Error('the process is dead');
      const dying = new Proxy(hdfs, {
        get: (target, method: keyof Hdfs) =>
          method === name ? () => Promise.reject(dead) : target[method].bind(target),
      });
      await assert.rejects(rounds.play(dying), dead);
      assert.deepEqual(await rounds.rows(DAY, 'video_id'), [['11']]);
      await rounds.play();
      assert.deepEqual(await rounds.rows(DAY, 'video_id'), [['11'], ['12']]);
      assert.deepEqual(await hdfs.list(`${root}/yellow/.videos`), []);
    });

  it('refuses the rename of a round that another one has replaced', async () => {
    rounds.answers.set('7', [video({ title: 'old' })]);
    const slow = new InterruptedHdfs(hdfs, 0, 'freezeBefore', 'replace');
    const older = rounds.play(slow.hdfs);
    await slow.frozen.promise;
    rounds.answers.set('7', [video({ title: 'new' })]);
    await rounds.play();
    slow.release();
    await assert.rejects(older, { type: 'HdfsError' });
    assert.deepEqual(await rounds.rows(DAY, 'title'), [['new']]);
  });

  describe('and a simulated Twitch', () => {
    let simulator: TwitchSimulator;
    before(async () => (simulator = await startTwitchSimulator({ seed: 5, channels: 12, steady: true })));
    after(() => simulator.stop());

    it('has the recording of each stream whose channel stores them, with its stream and its length', async () => {
      const { accessToken } = await createOAuth({ ...simulator }).clientCredentials();
      const helix = createHelix({
        apiUrl: simulator.apiUrl,
        clientId: simulator.clientId,
        readAccessToken: () => Promise.resolve(accessToken),
        refreshNow: () => Promise.resolve(),
        log: silentLog,
      });
      const { streams } = await helix.getStreams({});
      rounds.nowMs = Date.now();
      rounds.live(...streams.map(({ user_id }) => user_id));
      rounds.getVideos = (channelId) => helix.getVideos(channelId);
      await order(simulator, '/faults', { kind: '503', count: 2 });
      const { asked, failed, videos } = await rounds.play();
      assert.deepEqual([asked, failed], [12, 0]);
      assert.ok(videos > 3 && videos < 12, `${videos} recordings`);
      const began = streams.map((stream) => dayOf(hourOf(Date.parse(String(stream['started_at'])))));
      const rows: unknown[][] = [];
      for (const day of new Set(began))
        rows.push(...((await rounds.rows(day, 'channel_id, stream_id, duration_seconds > 200')) ?? []));
      assert.equal(rows.length, videos);
      for (const row of rows) {
        const stream = streams.find(({ user_id }) => user_id === row[0]);
        assert.deepEqual(row, [stream?.user_id, stream?.id, true]);
      }
    });
  });
});
