import assert from 'node:assert/strict';
import { readBoundaries } from '../../../activities/red/boundaries.ts';
import { createRefineActivities } from '../../../activities/yellow/index.ts';
import type { RefineActivities } from '../../../activities/yellow/index.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { type TestLake, openTestLake } from '../../integration/test-lake.ts';

const hour = '2026-11-25T12';
const startMs = Date.parse('2026-11-25T12:00:00Z');
const privmsg = (text: string) => ({ line: `PRIVMSG #haneul :${text}`, appendedAt: '2026-11-25T12:10:00Z' });

describe('createRefineActivities(…)', () => {
  let lake: TestLake;
  let nowMs: number;
  /** The end of the hour in chat's only partition, as Kafka would say it. */
  let endOffset: bigint;
  let asked: number;
  /** Whoever is before us in line. */
  let turn: Promise<void>;
  let activities: RefineActivities;

  beforeEach(async () => {
    lake = await openTestLake('refine');
    nowMs = Date.parse('2026-11-25T13:05:00Z');
    endOffset = 2n;
    asked = 0;
    turn = Promise.resolve();
    activities = createRefineActivities({
      ...lake.deps,
      now: () => nowMs,
      oneAtATime: (work) => turn.then(work),
      log: silentLog,
      offsetsAt: async (table, ms) => {
        asked += 1;
        return [{ partition: 0, offset: table === 'chat' && ms > startMs ? endOffset : 0n }];
      },
    });
  });

  afterEach(() => lake.remove());

  const takeBoundaries = (): Promise<{ path: string }> =>
    activityEnvironment().run(activities.takeBoundaries, { hour });

  async function waitForTiles(): Promise<{ waited: Promise<unknown>; isWaiting: () => boolean; cancel: () => void }> {
    const environment = activityEnvironment();
    let waiting = true;
    const { path } = await takeBoundaries();
    const waited = environment
      .run(activities.waitForTiles, { hour, boundariesPath: path })
      .finally(() => (waiting = false));
    waited.catch(() => {});
    return { waited, isWaiting: () => waiting, cancel: () => environment.cancel() };
  }

  describe('takeBoundaries({ hour })', () => {
    it('asks Kafka once, and gives the stored answer from then on', async () => {
      const { path } = await takeBoundaries();
      const before = asked;
      endOffset = 9n;
      assert.deepEqual(await takeBoundaries(), { path });
      assert.equal(asked, before);
      const stored = await readBoundaries(lake.deps.hdfs, path);
      assert.deepEqual(stored, [
        { table: 'chat', partition: 0, from: '0', to: '2' },
        { table: 'coverage', partition: 0, from: '0', to: '0' },
      ]);
    });

    for (const [when, now] of [
      ['is not over', '2026-11-25T12:59:59Z'],
      ['ended a moment ago, since clocks differ', '2026-11-25T13:00:30Z'],
    ] as const) {
      it(`refuses, for good, an hour that ${when}`, async () => {
        nowMs = Date.parse(now);
        await assert.rejects(takeBoundaries(), (error: { nonRetryable?: boolean; message: string }) => {
          return error.nonRetryable === true && error.message.includes('which ends at 2026-11-25T13:00:00.000Z');
        });
      });
    }
  });

  describe('waitForTiles({ hour, boundariesPath })', () => {
    it('returns when the tiles cover the hour', async () => {
      await lake.red.add('chat', [privmsg('a')]);
      const { waited, isWaiting } = await waitForTiles();
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.ok(isWaiting(), 'one of two lines is in red');
      await lake.red.add('chat', [privmsg('b')]);
      await waited;
    });

    it('counts offsets that a gap record gives up as covered', async () => {
      await lake.red.add('chat', [privmsg('a')]);
      await lake.deps.hdfs.writeText(`${lake.root}/red/chat/gaps/p0-1-2.json`, '{}', { createParent: true });
      const { waited } = await waitForTiles();
      await waited;
    });

    it('refuses, for good, boundaries that cannot be read, and says what helps', async () => {
      const { path } = await takeBoundaries();
      for (const text of ['', '{"hour":"2026', '{"hour":"2026-11-25T12","boundaries":[{"table":"chat"}]}']) {
        await lake.deps.hdfs.remove(path);
        await lake.deps.hdfs.writeText(path, text, { createParent: true });
        const { waited } = await waitForTiles();
        await assert.rejects(waited, (error: { nonRetryable?: boolean; message: string }) => {
          assert.match(
            error.message,
            new RegExp(`^Expected ${path} to be the boundaries of an hour, found .*remove it`),
          );
          return error.nonRetryable === true;
        });
      }
    });

    it('leaves when it is cancelled', async () => {
      const { waited, cancel } = await waitForTiles();
      cancel();
      await assert.rejects(waited, /CANCELLED/);
    });
  });

  describe('compactHour({ hour })', () => {
    it('unites the tiles of the hour, once', async () => {
      for (const text of ['a', 'b', 'c']) await lake.red.add('chat', [privmsg(text)]);
      const compact = (): Promise<unknown> => activityEnvironment().run(activities.compactHour, { hour });
      assert.deepEqual(await compact(), { tilesBefore: 3, tilesAfter: 1 });
      assert.deepEqual(await compact(), { tilesBefore: 1, tilesAfter: 1 });
      endOffset = 3n;
      const { waited } = await waitForTiles();
      await waited;
    });
  });

  describe('refineHour({ hour, boundariesPath })', () => {
    it('tells the hours it made and the days they belong to, the hour’s own day always', async () => {
      await lake.red.add('chat', [privmsg('a')]);
      const refine = (): Promise<unknown> =>
        activityEnvironment().run(activities.refineHour, { hour, boundariesPath: null });
      assert.deepEqual(await refine(), { hour, lines: 1, hours: [hour], days: ['2026-11-25'] });
      assert.deepEqual(await refine(), { hour, lines: 1, hours: [], days: ['2026-11-25'] });
    });

    it('does nothing when its turn comes after it was given up', async () => {
      await lake.red.add('chat', [privmsg('a')]);
      const before = Promise.withResolvers<void>();
      turn = before.promise;
      const environment = activityEnvironment();
      const refining = environment.run(activities.refineHour, { hour, boundariesPath: null });
      environment.cancel();
      before.resolve();
      await assert.rejects(refining, /CANCELLED/);
      assert.deepEqual(await lake.deps.hdfs.list(`${lake.root}/yellow`), []);
    });
  });
});
