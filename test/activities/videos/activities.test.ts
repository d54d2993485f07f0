import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { HdfsError } from '../../../activities/hdfs/error.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { videosPath } from '../../../activities/yellow/videos.ts';
import { silentLog } from '../../../common/log.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';
import { columnsOnPage } from '../yellow/tables-page.ts';
import { MINUTE, Rounds } from './rounds.ts';
import { video } from './video.ts';

const DAY = '2026-11-25';
const at = (time: string): number => Date.parse(`2026-11-${time}Z`);

describe('askForVideos()', function () {
  this.timeout(60_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let scratchDirectory: string;
  let hdfs: MemoryHdfs;
  let rounds: Rounds;

  before(async () => (scratch = await temporaryDirectory('videos')));
  after(() => scratch.remove());
  beforeEach(async () => {
    scratchDirectory = join(scratch.path, "it's $& scratch");
    await mkdir(scratchDirectory, { recursive: true });
    hdfs = new MemoryHdfs();
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: scratch.path });
    rounds = new Rounds(hdfs, '/lake', { withDatabase, scratchDirectory });
  });

  it('writes the recordings of live channels by the day in which they began', async () => {
    rounds.live('7', '8');
    rounds.answers.set('7', [video(), video({ videoId: '9', streamId: '40', beganAtMs: at('24T23:59:59.999') })]);
    assert.deepEqual(await rounds.play(), { asked: 2, failed: 0, videos: 2, days: 2, waiting: 0 });
    assert.deepEqual(await rounds.rows(DAY), [['11', '41', '600', "it's <b>안녕</b>"]]);
    assert.deepEqual(
      await rounds.rows(
        '2026-11-24',
        "channel_id, channel_login, strftime(began_at, '%d %H:%M:%S.%g'), strftime(found_at, '%d %H:%M')",
      ),
      [['7', 'haneul', '24 23:59:59.999', '25 18:00']],
    );
    assert.deepEqual(await hdfs.list('/lake/yellow/.videos'), []);
  });

  it('has the columns of docs/tables.md', async () => {
    rounds.live('7');
    rounds.answers.set('7', [video()]);
    await rounds.play();
    const local = join(scratchDirectory, 'columns.parquet');
    await hdfs.download(videosPath('/lake', DAY), local);
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: scratch.path });
    const columns = await withDatabase(async (connection) => {
      const sql = `DESCRIBE FROM read_parquet('${local.replaceAll("'", "''")}', hive_partitioning = false)`;
      return ((await connection.runAndReadAll(sql)).getRowsJson() as string[][]).map(
        ([name, type]) => `${name} ${type}`,
      );
    });
    assert.deepEqual(columns, columnsOnPage('videos'));
  });

  it('takes new values of a video, keeps what Helix does not tell any more, and videos that Twitch has deleted', async () => {
    rounds.live('7');
    rounds.answers.set('7', [video(), video({ videoId: '12', streamId: '42' })]);
    await rounds.play();
    rounds.nowMs += 30 * MINUTE;
    const changed = video({ durationSeconds: 2_400, title: 'new', streamId: null, channelLogin: null });
    rounds.answers.set('7', [changed, video({ videoId: '13', durationSeconds: null, title: null })]);
    assert.deepEqual(await rounds.play(), { asked: 1, failed: 0, videos: 2, days: 1, waiting: 0 });
    assert.deepEqual(await rounds.rows(DAY), [
      ['11', '41', '2400', 'new'],
      ['12', '42', '600', "it's <b>안녕</b>"],
      ['13', '41', null, null],
    ]);
    assert.deepEqual(await rounds.rows(DAY, "video_id, channel_login, strftime(found_at, '%H:%M')"), [
      ['11', 'haneul', '18:00'],
      ['12', 'haneul', '18:00'],
      ['13', 'haneul', '18:30'],
    ]);
  });

  it('keeps a known length if Helix tells none, as it has of ended streams for some days', async () => {
    rounds.live('7');
    rounds.answers.set('7', [video()]);
    await rounds.play();
    rounds.nowMs += 30 * MINUTE;
    rounds.answers.set('7', [video({ durationSeconds: null })]);
    await rounds.play();
    assert.deepEqual(await rounds.rows(DAY, 'duration_seconds::VARCHAR'), [['600']]);
  });

  it('keeps the videos of a channel whose list is empty for a while', async () => {
    rounds.live('7');
    rounds.answers.set('7', [video()]);
    await rounds.play();
    rounds.nowMs += 30 * MINUTE;
    rounds.answers.set('7', []);
    assert.deepEqual(await rounds.play(), { asked: 1, failed: 0, videos: 0, days: 0, waiting: 0 });
    assert.equal((await rounds.rows(DAY))?.length, 1);
  });

  it('writes nothing if nothing is new', async () => {
    rounds.live('7');
    rounds.answers.set('7', [video()]);
    await rounds.play();
    const before = hdfs.files.get(videosPath('/lake', DAY));
    rounds.nowMs += 30 * MINUTE;
    assert.deepEqual(await rounds.play(), { asked: 1, failed: 0, videos: 1, days: 0, waiting: 0 });
    assert.equal(hdfs.files.get(videosPath('/lake', DAY)), before);
  });

  it('asks once after the end of a stream, and then no more', async () => {
    rounds.live('7');
    for (let minute = 0; minute < 120; minute++, rounds.nowMs += MINUTE) {
      if (minute === 10) rounds.live();
      if (minute === 12) rounds.answers.set('7', [video({ durationSeconds: 700 })]);
      await rounds.play();
    }
    assert.equal(rounds.asked.length, 2);
    assert.deepEqual(await rounds.rows(DAY, 'duration_seconds::VARCHAR'), [['700']]);
    assert.deepEqual(rounds.parameters.values.get('streams/videos'), { channels: [] });
  });

  it('asks nothing, and touches neither HDFS nor the parameter store, if no channel is due', async () => {
    const away = new Proxy(hdfs, { get: () => assert.fail('HDFS is touched') });
    assert.deepEqual(await rounds.play(away), { asked: 0, failed: 0, videos: 0, days: 0, waiting: 0 });
    assert.deepEqual([...rounds.parameters.values.keys()], []);
    rounds.live('7');
    await rounds.play();
    const stored = rounds.parameters.values.get('streams/videos');
    rounds.nowMs += MINUTE;
    await rounds.play(away);
    assert.equal(rounds.parameters.values.get('streams/videos'), stored);
  });

  it('asks Helix for nothing while HDFS is away', async () => {
    rounds.live('7');
    const away = { ...hdfs, mkdirs: () => Promise.reject(new HdfsError('unavailable', 'HDFS is away.')) };
    await assert.rejects(rounds.play(away as unknown as MemoryHdfs), /HDFS is away/);
    assert.deepEqual(rounds.asked, []);
  });

  it('stores what was found before Helix failed, and asks for the rest in the next round', async () => {
    rounds.live('1', '2', '3', '4', '5', '6');
    rounds.answers.set('1', [video({ channelId: '1' })]);
    const failure = new TwitchError('Helix answered 503 5 times.', 'unavailable', { path: 'videos', status: 503 });
    for (const id of ['2', '3', '4']) rounds.answers.set(id, failure);
    assert.deepEqual(await rounds.play(), { asked: 4, failed: 3, videos: 1, days: 1, waiting: 2 });
    assert.equal((await rounds.rows(DAY))?.length, 1);
    rounds.nowMs += MINUTE;
    rounds.asked = [];
    await rounds.play();
    assert.deepEqual(rounds.asked, ['5', '6']);
  });

  it('leaves a file that cannot be read as it is, says so, and writes the other days', async () => {
    const told: string[] = [];
    rounds.log = { ...silentLog, error: (_message, facts) => void told.push(String(facts?.['path'])) };
    await hdfs.writeText(videosPath('/lake', DAY), 'no Parquet', { createParent: true });
    rounds.live('7');
    rounds.answers.set('7', [video(), video({ videoId: '9', beganAtMs: at('24T12:00:00') })]);
    assert.deepEqual(await rounds.play(), { asked: 1, failed: 0, videos: 2, days: 1, waiting: 0 });
    assert.deepEqual(told, [videosPath('/lake', DAY)]);
    assert.equal(await hdfs.readText(videosPath('/lake', DAY)), 'no Parquet');
    assert.equal((await rounds.rows('2026-11-24'))?.length, 1);
  });

  it('adds columns that a file of another release lacks', async () => {
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: scratch.path });
    const local = join(scratch.path, 'older.parquet');
    await withDatabase((connection) =>
      connection.run(`COPY (SELECT '5' AS video_id, '7' AS channel_id, 'x' AS other) TO '${local}' (FORMAT parquet)`),
    );
    await hdfs.upload(local, videosPath('/lake', DAY), { createParent: true });
    rounds.live('7');
    rounds.answers.set('7', [video()]);
    await rounds.play();
    assert.deepEqual(await rounds.rows(DAY), [
      ['11', '41', '600', "it's <b>안녕</b>"],
      ['5', null, null, null],
    ]);
  });

  it('stores any title', async () => {
    const titles = ['a\u0000b', '"\n\\', '\ufffd', '$foundAt $& `', "'); DROP TABLE found; --", '🎮'.repeat(70)];
    rounds.live('7');
    rounds.answers.set(
      '7',
      titles.map((title, index) => video({ videoId: `2${index}`, title })),
    );
    await rounds.play();
    assert.deepEqual(
      await rounds.rows(DAY, 'title'),
      titles.map((title) => [title]),
    );
  });

  it('lets only the newest of two rounds write: the older one fails and is retried', async () => {
    rounds.live('7');
    rounds.answers.set('7', [video({ title: 'old' })]);
    const slow = new InterruptedHdfs(hdfs, 0, 'freezeBefore', 'upload');
    const older = rounds.play(slow.hdfs);
    await slow.frozen.promise;
    rounds.answers.set('7', [video({ title: 'new' }), video({ videoId: '12' })]);
    await rounds.play();
    slow.release();
    await assert.rejects(older, { type: 'HdfsError' });
    assert.deepEqual(await rounds.rows(DAY, 'title'), [['new'], ["it's <b>안녕</b>"]]);
  });

  it('loses nothing in a crash after any call of HDFS: the next round has the old videos and the new ones', async () => {
    for (let call = 0; ; call++) {
      hdfs = new MemoryHdfs();
      const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: scratch.path });
      rounds = new Rounds(hdfs, '/lake', { withDatabase, scratchDirectory });
      rounds.live('7');
      rounds.answers.set('7', [video(), video({ videoId: '9', beganAtMs: at('24T12:00:00') })]);
      await rounds.play();
      rounds.nowMs += 30 * MINUTE;
      rounds.answers.set('7', [video({ videoId: '12' }), video({ videoId: '10', beganAtMs: at('24T13:00:00') })]);
      const dying = new InterruptedHdfs(hdfs, call, 'dieAfter');
      const died = await rounds.play(dying.hdfs).then(
        () => false,
        () => true,
      );
      if (died) {
        for (const day of ['2026-11-24', DAY])
          assert.ok(((await rounds.rows(day))?.length ?? 0) >= 1, `${day}, call ${call}`);
        await rounds.play();
      }
      assert.deepEqual(
        [await rounds.rows('2026-11-24', 'video_id'), await rounds.rows(DAY, 'video_id')],
        [
          [['10'], ['9']],
          [['11'], ['12']],
        ],
        `call ${call}`,
      );
      assert.deepEqual(await hdfs.list('/lake/yellow/.videos'), [], `call ${call}`);
      if (!died) {
        assert.ok(call > 10, `${call} calls`);
        break;
      }
    }
  });

  afterEach(async () => {
    const left = (await readdir(scratchDirectory)).filter((name) => /old|found|merged/.test(name));
    assert.deepEqual(left, [], 'no local file is left');
  });
});
