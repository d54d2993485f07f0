import assert from 'node:assert/strict';
import { eraseRedHour } from '../../../activities/forget/erase-red.ts';
import { createRedactedFiles } from '../../../activities/forget/redacted-files.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { createPositionSearch } from '../../../activities/load/position.ts';
import { peopleOf } from '../../../activities/opt-out/list.ts';
import { createRedActivities } from '../../../activities/red/index.ts';
import { createRetainActivities } from '../../../activities/retain/index.ts';
import type { RedRemoved } from '../../../activities/retain/remove-red.ts';
import { manifestPath, readManifest, tablePath } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { externalStream } from '../twitch/external-stream.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';

const HOURS = ['2026-11-25T10', '2026-11-25T11', '2026-11-25T12'] as const;

const message = (id: string, sentAt: string, appendedAt = sentAt) => ({
  line: `@id=${id};room-id=1;tmi-sent-ts=${Date.parse(sentAt)};user-id=9 :lark!lark@lark PRIVMSG #haneul :hello ${id}`,
  appendedAt,
});

describe('removeOldRed()', function () {
  this.timeout(120_000);
  let lake: TestLake;

  async function open(hours: readonly string[]): Promise<void> {
    lake = await openTestLake('retain');
    for (const hour of hours) {
      await lake.red.add('chat', [message(`a${hour}`, `${hour}:10:00Z`)]);
      await lake.red.add('chat', [message(`b${hour}`, `${hour}:20:00Z`)]);
    }
  }
  beforeEach(() => open(HOURS));
  afterEach(() => lake.remove());

  const refine = (hour: string, complete = true) =>
    refineRedHour(lake.deps, hour, complete, new AbortController().signal);
  /** A day after the last of the hours. */
  const remove = (hdfs: Hdfs = lake.deps.hdfs, at = '2026-11-26T13:30:00Z') => {
    const { removeOldRed } = createRetainActivities({
      ...lake.deps,
      hdfs,
      keepDays: 1,
      now: () => Date.parse(at),
      log: silentLog,
    });
    return activityEnvironment().run((): Promise<RedRemoved> => removeOldRed());
  };
  const left = async (): Promise<string[]> => {
    const hours = await lake.deps.hdfs.list(`${lake.root}/red/chat`);
    const files = await Promise.all(hours.map(async ({ path }) => lake.deps.hdfs.list(path)));
    return files.flat().map(({ path }) => path.slice(`${lake.root}/red/chat/hour=`.length));
  };
  const LAST = '2026-11-25T12/p0-5-6.parquet';

  it('removes what yellow has taken, oldest first, but the newest tile of each partition and what is young', async () => {
    for (const hour of HOURS) await refine(hour);
    assert.deepEqual(await remove(lake.deps.hdfs, '2026-11-26T11:30:00Z'), { hours: 1, files: 2, stoppedBy: null });
    assert.equal((await left())[0], '2026-11-25T11/p0-2-3.parquet');
    assert.deepEqual(await remove(), { hours: 2, files: 3, stoppedBy: null });
    assert.deepEqual(await left(), [LAST]);
    assert.deepEqual(await createPositionSearch(lake.deps.hdfs, lake.root, 'chat')(0), {
      position: 6n,
      hour: HOURS[2],
    });
    assert.deepEqual(await remove(), { hours: 0, files: 0, stoppedBy: null });
  });

  it('removes nothing of an hour, and of later ones, that yellow has not taken', async () => {
    for (const hour of HOURS) await refine(hour, hour !== HOURS[1]);
    assert.deepEqual(await remove(), {
      hours: 1,
      files: 2,
      stoppedBy: '2026-11-25T11: the hour is not complete in yellow; refine it',
    });
    await refine(HOURS[1]);
    await lake.deps.hdfs.remove(manifestPath(lake.root, HOURS[1]));
    assert.match(String((await remove()).stoppedBy), /^2026-11-25T11: the hour is not complete/);
    assert.equal((await left()).length, 4);
  });

  it('keeps a tile with late lines of which yellow of their hour was not made', async () => {
    await lake.remove();
    await open([HOURS[0]]);
    await lake.red.add('chat', [message('late', `${HOURS[0]}:50:00Z`, `${HOURS[1]}:50:00Z`)]);
    await lake.red.add('chat', [message('c', `${HOURS[2]}:50:00Z`)]);
    await refine(HOURS[0]);
    const path = manifestPath(lake.root, HOURS[0]);
    const whole = await lake.deps.hdfs.readText(path);
    const write = async (text: string): Promise<void> => {
      await lake.deps.hdfs.remove(path);
      await lake.deps.hdfs.writeText(path, text, { createParent: true });
    };
    await write('{');
    assert.deepEqual((await refine(HOURS[1])).damaged, [HOURS[0]]);
    await write(whole);
    const { hours, stoppedBy } = await remove();
    assert.equal(hours, 1);
    assert.match(
      String(stoppedBy),
      /^2026-11-25T11: yellow of 2026-11-25T10 was not made of .*p0-2-3\.parquet; refine/,
    );
  });

  it('never lets yellow be made again from less, and says why an hour is not refined', async () => {
    for (const hour of HOURS) await refine(hour);
    await remove();
    const before = await readManifest(lake.deps.hdfs, lake.root, HOURS[0]);
    assert.deepEqual((await refine(HOURS[0])).kept, [HOURS[0]]);
    await lake.red.add('chat', [message('late', `${HOURS[0]}:50:00Z`, '2026-11-26T10:00:00Z')]);
    assert.deepEqual((await refine('2026-11-26T10')).kept, [HOURS[0]]);
    assert.deepEqual(await readManifest(lake.deps.hdfs, lake.root, HOURS[0]), before);
    assert.ok(await lake.deps.hdfs.status(tablePath(lake.root, 'chat', HOURS[0])));
    const boundariesPath = `${lake.root}/red/boundaries/${HOURS[0]}.json`;
    const boundaries = [{ table: 'chat', partition: 0, from: '0', to: '2' }];
    await lake.deps.hdfs.writeText(boundariesPath, JSON.stringify({ hour: HOURS[0], boundaries }), {
      createParent: true,
    });
    const { waitForTiles } = createRedActivities({ ...lake.deps, hoursWithGaps: 'wait', offsetsAt: async () => [] });
    await assert.rejects(
      activityEnvironment().run(() => waitForTiles({ hour: HOURS[0], boundariesPath })),
      /retention has removed it \(RED_KEEP_DAYS\).*Leave the hour out/,
    );
  });

  it('removes the polls of an hour without any tile, once yellow was made of them', async () => {
    const polledAt = new Date('2026-11-25T08:30:00Z');
    const path = await writePoll(lake.deps, [externalStream({ id: 's1', user_id: '1' })], polledAt);
    assert.equal((await remove()).stoppedBy, '2026-11-25T08: the hour is not complete in yellow; refine it');
    for (const hour of ['2026-11-25T08', ...HOURS]) await refine(hour);
    assert.deepEqual(await remove(), { hours: 4, files: 6, stoppedBy: null });
    assert.equal(await lake.deps.hdfs.status(String(path)), undefined);
    assert.deepEqual(
      await lake.deps.hdfs.list(`${lake.root}/red/streams`),
      [],
      'the directory of the day is gone, too',
    );
    const before = await readManifest(lake.deps.hdfs, lake.root, '2026-11-25T08');
    assert.deepEqual((await refine('2026-11-25T08')).kept, ['2026-11-25T08']);
    assert.deepEqual(await readManifest(lake.deps.hdfs, lake.root, '2026-11-25T08'), before);
  });

  it('lets an erasure that froze put no tile back', async () => {
    for (const hour of HOURS) await refine(hour);
    const frozen = new InterruptedHdfs(lake.deps.hdfs, 0, 'freezeBefore', 'replace');
    const redactedFiles = createRedactedFiles(lake.deps.withDatabase);
    const learn = async () => peopleOf([{ userId: '9', since: '', forgotten: true }]);
    const deps = { ...lake.deps, hdfs: frozen.hdfs, redactedFiles, log: silentLog };
    const erased = eraseRedHour(deps, HOURS[2], { userId: '9', learn }, new AbortController().signal);
    await frozen.frozen.promise;
    assert.equal((await remove()).files, 5);
    frozen.release();
    await assert.rejects(erased, /Another run on the tiles of 2026-11-25T12 interfered/);
    assert.deepEqual(await left(), [LAST]);
  });

  it('leaves the rest to the next run when it dies at any step; yellow stays', async () => {
    for (let [step, isReached] = [0, true]; isReached; step += 3) {
      await lake.remove();
      const two = HOURS.slice(1);
      await open(two);
      for (const hour of two) await refine(hour);
      const digests = async () =>
        Promise.all(two.map(async (hour) => (await readManifest(lake.deps.hdfs, lake.root, hour))?.tables));
      const before = await digests();
      const dying = new InterruptedHdfs(lake.deps.hdfs, step, 'dieAfter');
      await remove(dying.hdfs).catch(() => {});
      isReached = dying.isDead;
      for (const hour of two) await refine(hour);
      assert.equal((await remove()).stoppedBy, null);
      assert.deepEqual(await left(), ['2026-11-25T12/p0-3-4.parquet']);
      assert.deepEqual(await digests(), before);
    }
  });
});
