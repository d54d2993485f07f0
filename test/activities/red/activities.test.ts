import assert from 'node:assert/strict';
import type { ApplicationFailure } from '@temporalio/common';
import { readBoundaries, takeBoundaries as storeBoundaries } from '../../../activities/red/boundaries.ts';
import { createRedActivities } from '../../../activities/red/index.ts';
import type { RedActivities } from '../../../activities/red/index.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';

const HOUR = '2026-11-25T12';
const startMs = Date.parse('2026-11-25T12:00:00Z');
const privmsg = (text: string) => ({ line: `PRIVMSG #haneul :${text}`, appendedAt: '2026-11-25T12:10:00Z' });

describe('createRedActivities(…)', () => {
  let lake: TestLake;
  let nowMs: number;
  /** The end of the hour in the only partition of chat, according to Kafka. */
  let endOffset: bigint;
  let hoursWithGaps: 'wait' | 'publish';
  let asked: number;
  let activities: RedActivities;

  beforeEach(async () => {
    lake = await openTestLake('red');
    nowMs = Date.parse('2026-11-25T13:05:00Z');
    endOffset = 2n;
    hoursWithGaps = 'wait';
    asked = 0;
    activities = createRedActivities({
      ...lake.deps,
      get hoursWithGaps() {
        return hoursWithGaps;
      },
      root: lake.root,
      now: () => nowMs,
      offsetsAt: async (table, ms) => {
        asked += 1;
        return [{ partition: 0, offset: table === 'chat' && ms > startMs ? endOffset : 0n }];
      },
    });
  });

  afterEach(() => lake.remove());

  const takeBoundaries = (): Promise<{ path: string }> =>
    activityEnvironment().run(activities.takeBoundaries, { hour: HOUR });

  const waitForTiles = async (): Promise<unknown> => {
    const { path } = await takeBoundaries();
    return activityEnvironment().run(activities.waitForTiles, { hour: HOUR, boundariesPath: path });
  };

  describe('takeBoundaries({ hour })', () => {
    it('asks Kafka once, and then returns the stored answer', async () => {
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

    it('gives the hour no line of a later one if Kafka removes old lines between two answers', async () => {
      // Offset 6 was appended hours later. Then all lines up to 13 are removed.
      const firstLeft = [6n, 13n, 13n, 13n];
      const deps = {
        ...{ hdfs: lake.deps.hdfs, root: lake.root, now: () => nowMs },
        offsetsAt: async () => [{ partition: 0, offset: firstLeft.shift() ?? 13n }],
      };
      const stored = await readBoundaries(lake.deps.hdfs, await storeBoundaries(deps, HOUR));
      assert.deepEqual(stored[0], { table: 'chat', partition: 0, from: '6', to: '6' });
    });

    for (const [when, now] of [
      ['is not over', '2026-11-25T12:59:59Z'],
      ['ended a moment ago, since clocks differ', '2026-11-25T13:00:30Z'],
    ] as const) {
      it(`rejects, without retry, an hour that ${when}`, async () => {
        nowMs = Date.parse(now);
        await assert.rejects(takeBoundaries(), (error: { nonRetryable?: boolean; message: string }) => {
          return error.nonRetryable === true && error.message.includes('which ends at 2026-11-25T13:00:00.000Z');
        });
      });
    }
  });

  describe('waitForTiles({ hour, boundariesPath })', () => {
    it('fails with the missing offsets and is retried, and returns once the tiles cover the hour', async () => {
      await lake.red.add('chat', [privmsg('a')]);
      await assert.rejects(waitForTiles(), (error: ApplicationFailure) => {
        assert.match(error.message, /chat partition 0 is stored up to offset 1, and the hour ends at 2/);
        assert.deepEqual([error.nonRetryable, error.category, error.type], [false, 'BENIGN', 'RedIncomplete']);
        return true;
      });
      await lake.red.add('chat', [privmsg('b')]);
      await waitForTiles();
    });

    describe('if a file of the hour is missing', () => {
      const file = (): string => `${lake.root}/red/chat/hour=${HOUR}/p0-1-2.parquet`;
      beforeEach(async () => {
        endOffset = 3n;
        for (const text of ['a', 'b', 'c']) await lake.red.add('chat', [privmsg(text)]);
        await lake.deps.hdfs.rename(file(), `${lake.root}/aside`);
      });
      const wait = async (untilWhole: boolean): Promise<unknown> => {
        const { path } = await takeBoundaries();
        return activityEnvironment().run(activities.waitForTiles, { hour: HOUR, boundariesPath: path, untilWhole });
      };

      it('waits, and says that the loader will not help', async () => {
        await assert.rejects(
          wait(false),
          /stored up to offset 1,.* a file of red was removed: put it back, or set HOURS_WITH_GAPS=publish\.$/,
        );
      });

      it('does not wait with the setting publish, unless it is asked to', async () => {
        hoursWithGaps = 'publish';
        assert.deepEqual(await wait(false), { hasGaps: true });
        await assert.rejects(wait(true), /a file of red was removed/);
        await lake.deps.hdfs.rename(`${lake.root}/aside`, file());
        assert.deepEqual(await wait(true), { hasGaps: false });
      });

      it('waits for lines that are still to be loaded, whatever the setting', async () => {
        hoursWithGaps = 'publish';
        endOffset = 4n;
        await assert.rejects(wait(false), /check whether the loader runs\.$/);
        await lake.red.add('chat', [{ ...privmsg('d'), appendedAt: '2026-11-25T17:00:00Z' }]);
        assert.deepEqual(await wait(false), { hasGaps: true }, 'the loader is hours past the end of the hour');
      });
    });

    it('rejects, without retry, damaged boundaries, with the remedy', async () => {
      const { path } = await takeBoundaries();
      for (const text of ['', '{"hour":"2026', '{"hour":"2026-11-25T12","boundaries":[{"table":"chat"}]}']) {
        await lake.deps.hdfs.remove(path);
        await lake.deps.hdfs.writeText(path, text, { createParent: true });
        await assert.rejects(waitForTiles(), (error: { nonRetryable?: boolean; message: string }) => {
          assert.match(
            error.message,
            new RegExp(`^Expected ${path} to be the boundaries of an hour, found .*remove it`),
          );
          return error.nonRetryable === true;
        });
      }
    });

    it('counts the offsets of a gap record as covered', async () => {
      await lake.red.add('chat', [privmsg('a')]);
      await lake.deps.hdfs.writeText(`${lake.root}/red/chat/gaps/p0-1-2.json`, '{}', { createParent: true });
      await waitForTiles();
    });
  });
});
