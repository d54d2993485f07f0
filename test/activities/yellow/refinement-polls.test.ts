import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RedTiles } from '../../integration/red-tiles.ts';
import type { LakeDeps, TestLake } from '../../integration/test-lake.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { externalStream } from '../twitch/external-stream.ts';
import { ROOT, refinementRig } from './refinement-rig.ts';

describe('refineRedHour(deps, redHour, complete), from polls', () => {
  const rig = refinementRig();
  const { read, refine } = rig;
  let deps: LakeDeps;
  let lake: TestLake;
  let red: RedTiles;

  beforeEach(() => {
    ({ deps, lake, red } = rig.opened());
  });

  it('types the polls of the hour', async () => {
    await writePoll(
      deps,
      [externalStream({ id: '1', viewer_count: 5 }), externalStream({ id: '2' })],
      new Date('2026-11-25T12:05:00.000Z'),
    );
    await writePoll(deps, [externalStream({ id: '1', viewer_count: 7 })], new Date('2026-11-25T13:05:00.000Z'));
    await refine('2026-11-25T12');
    assert.deepEqual(await read('streams', '2026-11-25T12', 'stream_id, viewer_count, tags'), [
      ['1', '5', ['한국어']],
      ['2', '120', ['한국어']],
    ]);
  });

  describe('with odd data from Helix', () => {
    const hour = '2026-11-25T12';
    /** Writes a poll with only these columns. */
    const poll = async (minute: number, columns: string): Promise<void> => {
      const directory = join(lake.directory, ROOT, 'red/streams/date=2026-11-25');
      await mkdir(directory, { recursive: true });
      const polledAt = `TIMESTAMPTZ '2026-11-25 12:0${minute}:00+00' AS polled_at`;
      await red.withDatabase((connection) =>
        connection.run(
          `COPY (SELECT ${polledAt}, ${columns}) TO '${directory}/poll-2026-11-25T12-0${minute}-00-000Z.parquet' (FORMAT parquet)`,
        ),
      );
    };

    it('accepts NULL in all columns except id, user_id and polled_at, and missing columns', async () => {
      await poll(1, `'1' AS id, '7001' AS user_id`);
      await poll(
        2,
        `'2' AS id, '7002' AS user_id, NULL::VARCHAR AS user_login, NULL::BIGINT AS viewer_count, 5 AS new_column`,
      );
      await poll(
        3,
        `'3' AS id, '7003' AS user_id, 'haneul' AS user_login, '' AS user_name, 'live' AS type, ['a', NULL] AS tags`,
      );
      await refine(hour);
      assert.deepEqual(
        await read('streams', hour, 'stream_id, channel_id, channel_login, channel_name, viewer_count, tags'),
        [
          ['1', '7001', null, null, null, null],
          ['2', '7002', null, null, null, null],
          ['3', '7003', 'haneul', 'haneul', null, ['a', null]],
        ],
      );
    });

    it('has NULL for implausible numbers and times, and counts that do not overflow when summed', async () => {
      const one = (id: number, viewers: string, startedAt: string): string =>
        `SELECT '${id}' AS id, '${id}' AS user_id, ${viewers} AS viewer_count, '${startedAt}' AS started_at`;
      await poll(
        1,
        `* FROM (${[
          one(1, '3000000000::BIGINT', '2026-11-25T10:00:00Z'),
          one(2, '-1::BIGINT', 'infinity'),
          one(3, '9223372036854775807::BIGINT', '290000-01-01T00:00:00Z'),
          one(4, '1000000000000::BIGINT', 'yesterday'),
        ].join(' UNION ALL ')})`,
      );
      await poll(2, `'5' AS id, '5' AS user_id, 1e300 AS viewer_count`);
      await refine(hour);
      assert.deepEqual(await read('streams', hour, 'stream_id, viewer_count, started_at::VARCHAR'), [
        ['1', '3000000000', '2026-11-25 10:00:00+00'],
        ['2', null, null],
        ['3', null, null],
        ['4', '1000000000000', null],
        ['5', null, null],
      ]);
      assert.deepEqual(await read('streams', hour, 'sum(viewer_count), typeof(any_value(viewer_count))'), [
        ['1003000000000', 'BIGINT'],
      ]);
    });

    it('keeps both streams of a channel with two', async () => {
      const at = new Date('2026-11-25T12:05:00.000Z');
      await writePoll(
        deps,
        [externalStream({ id: '1', user_id: '7001' }), externalStream({ id: '2', user_id: '7001' })],
        at,
      );
      await refine(hour);
      assert.deepEqual(await read('streams', hour, 'stream_id, channel_id'), [
        ['1', '7001'],
        ['2', '7001'],
      ]);
    });
  });
});
