import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGapActivities } from '../../../activities/gaps/index.ts';
import type { GapsPublished } from '../../../activities/gaps/index.ts';
import { gapsPath } from '../../../activities/gaps/publish.ts';
import { manifestPath } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { hourStartMs } from '../../../workflows/hour.ts';
import type { Hour } from '../../../workflows/hour.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import { columnsOnPage } from '../yellow/tables-page.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import type { TestRow } from '../../integration/red-tiles.ts';

const DAY = '2026-11-25';

describe('publishGaps({ hour })', () => {
  let lake: TestLake;

  beforeEach(async () => (lake = await openTestLake('gaps')));
  afterEach(() => lake.remove());

  const at = (clock: string, day = DAY): string => `${day}T${clock}.000Z`;
  const record = (kind: string, happenedAt: string, more: object = {}): TestRow => ({
    line: JSON.stringify({ kind, collector: 'a', channelId: '7', channelLogin: 'haru', at: happenedAt, ...more }),
    appendedAt: happenedAt,
  });
  /** The tallies of a collector that runs for the whole hour. */
  const talliesOf = (hour: Hour): TestRow[] =>
    Array.from({ length: 360 }, (_, index) => {
      const window = new Date(hourStartMs(hour) + index * 10_000).toISOString();
      return {
        line: JSON.stringify({ kind: 'tally', collector: 'a', window, received: 0, acknowledged: 0 }),
        appendedAt: window,
      };
    });

  async function refine(hour: Hour, records: TestRow[], complete = true): Promise<void> {
    await lake.red.add('coverage', [...talliesOf(hour), ...records]);
    await refineRedHour(lake.deps, hour, complete, new AbortController().signal);
  }
  const publish = (hour: Hour, openHour: Hour): Promise<GapsPublished> => {
    const { publishGaps } = createGapActivities({ ...lake.deps, now: () => hourStartMs(openHour) + 60_000 });
    return activityEnvironment().run(publishGaps, { hour });
  };
  async function rows(day = DAY): Promise<unknown[][]> {
    const path = join(lake.directory, gapsPath(lake.root, day));
    return lake.red.withDatabase(async (connection) => {
      const read = await connection.runAndReadAll(
        `SELECT channel_login, strftime(began_at, '%H:%M:%S'), strftime(ended_at, '%H:%M:%S'), reason, is_filled FROM read_parquet('${path}')`,
      );
      return read.getRowsJson();
    });
  }

  it('writes when a wanted channel was not heard, and what of it was filled', async () => {
    await refine('2026-11-25T12', [
      record('join', at('12:00:05')),
      record('loss', at('12:10:00'), { reason: 'connection lost' }),
      record('join', at('12:11:00')),
      record('fill', at('12:10:20'), { collector: 'import-fill-a', until: at('12:11:00') }),
    ]);
    assert.deepEqual(await publish('2026-11-25T12', '2026-11-25T13'), { days: [DAY], gaps: 2 });
    assert.deepEqual(await rows(), [
      ['haru', '12:10:00', '12:10:20', 'connection lost', false],
      ['haru', '12:10:20', '12:11:00', 'connection lost', true],
    ]);
  });

  it('writes an empty table for a day without gaps, so that a reader finds one', async () => {
    await refine('2026-11-25T12', [record('join', at('12:00:05'))]);
    assert.deepEqual(await publish('2026-11-25T12', '2026-11-25T13'), { days: [DAY], gaps: 0 });
    assert.deepEqual(await rows(), []);
  });

  it('cuts a gap at midnight, and one that lasts at the end of the last complete hour', async () => {
    await refine('2026-11-25T23', [
      record('join', at('23:00:05')),
      record('loss', at('23:30:00'), { reason: 'msg_banned' }),
    ]);
    await refine('2026-11-26T00', []);
    assert.deepEqual(await publish('2026-11-25T23', '2026-11-26T01'), { days: [DAY, '2026-11-26'], gaps: 2 });
    assert.deepEqual(await rows(), [['haru', '23:30:00', '00:00:00', 'msg_banned', false]]);
    assert.deepEqual(await rows('2026-11-26'), [['haru', '00:00:00', '01:00:00', 'msg_banned', false]]);
  });

  it('says nothing about an hour that is not complete, nor about those after it', async () => {
    const lost = (clock: string) => record('loss', at(clock), { reason: 'lost' });
    await refine('2026-11-25T12', [record('join', at('12:00:05')), lost('12:59:00'), record('join', at('12:59:30'))]);
    await refine('2026-11-25T13', [lost('13:10:00')], false);
    await refine('2026-11-25T14', [record('join', at('14:20:00'))]);
    await publish('2026-11-25T14', '2026-11-25T15');
    assert.deepEqual(await rows(), [['haru', '12:59:00', '12:59:30', 'lost', false]]);
    await refineRedHour(lake.deps, '2026-11-25T13', true, new AbortController().signal);
    await publish('2026-11-25T13', '2026-11-25T15');
    assert.deepEqual(
      (await rows()).map(([, from, to]) => [from, to]),
      [
        ['12:59:00', '12:59:30'],
        ['13:10:00', '14:20:00'],
      ],
    );
  });

  it('has a gap in which every collector was away, up to the end of the last complete hour', async () => {
    await refine('2026-11-25T12', [record('join', at('12:00:05'))]);
    await publish('2026-11-25T13', '2026-11-25T14');
    const reason = 'the collector stopped reporting';
    assert.deepEqual(await rows(), [['haru', '13:00:00', '14:00:00', reason, false]]);
  });

  it('says nothing about hours that are not loaded yet', async () => {
    await refine('2026-11-25T12', [record('join', at('12:00:05')), record('loss', at('12:30:00'), { reason: 'lost' })]);
    for (const openHour of ['2026-11-25T18', '2026-11-26T05']) {
      await publish('2026-11-25T12', openHour);
      assert.deepEqual(await rows(), [['haru', '12:30:00', '13:00:00', 'lost', false]]);
    }
    assert.deepEqual(await rows('2026-11-26'), []);
  });

  it('finds a crash in the last minute of a day when the next hour is complete', async () => {
    const other = (kind: string, happenedAt: string) => record(kind, happenedAt, { collector: 'b' });
    const tally = { line: JSON.stringify({ kind: 'tally', collector: 'b', window: at('23:59:00'), received: 0, acknowledged: 0 }), appendedAt: at('23:59:10') }; // prettier-ignore
    await refine('2026-11-25T23', [other('join', at('23:00:05')), tally]);
    await publish('2026-11-25T23', '2026-11-26T00');
    assert.deepEqual(await rows(), []);
    await refine('2026-11-26T00', []);
    await publish('2026-11-26T00', '2026-11-26T01');
    assert.deepEqual(await rows(), [['haru', '23:59:10', '00:00:00', 'the collector stopped reporting', false]]);
  });

  it('takes records that come late, also those that the open hour was refined with before', async () => {
    await refine('2026-11-24T23', [record('join', at('23:00:05', '2026-11-24'))]);
    await refine('2026-11-25T00', []);
    await refine('2026-11-25T01', []);
    await publish('2026-11-24T23', '2026-11-25T00');
    assert.deepEqual(await rows('2026-11-24'), []);
    const late = record('loss', at('23:40:00', '2026-11-24'), { reason: 'lost' });
    await lake.red.add('coverage', [{ ...late, appendedAt: at('02:10:00') }]);
    await refineRedHour(lake.deps, '2026-11-25T02', false, new AbortController().signal);
    await refineRedHour(lake.deps, '2026-11-25T02', true, new AbortController().signal);
    assert.deepEqual((await publish('2026-11-25T02', '2026-11-25T03')).days, ['2026-11-24', DAY]);
    assert.deepEqual(await rows('2026-11-24'), [['haru', '23:40:00', '00:00:00', 'lost', false]]);
  });

  it('goes up to an hour whose manifest is damaged', async () => {
    await refine('2026-11-25T12', [record('join', at('12:00:05')), record('loss', at('12:30:00'), { reason: 'lost' })]);
    await refine('2026-11-25T13', []);
    writeFileSync(join(lake.directory, manifestPath(lake.root, '2026-11-25T13')), '{');
    await refine('2026-11-25T14', [record('join', at('14:10:00'))]);
    await publish('2026-11-25T14', '2026-11-25T15');
    assert.deepEqual(await rows(), [['haru', '12:30:00', '13:00:00', 'lost', false]]);
  });

  it('has the columns of docs/tables.md', async () => {
    await refine('2026-11-25T12', []);
    await publish('2026-11-25T12', '2026-11-25T13');
    const path = join(lake.directory, gapsPath(lake.root, DAY));
    const columns = await lake.red.withDatabase(async (connection) => {
      const read = await connection.runAndReadAll(`DESCRIBE FROM read_parquet('${path}', hive_partitioning = false)`);
      return (read.getRowsJson() as string[][]).map(([name, type]) => `${name} ${type}`);
    });
    assert.deepEqual(columns, columnsOnPage('gaps'));
  });

  it('does no harm when it is repeated, and leaves nothing behind', async () => {
    await refine('2026-11-25T12', [record('join', at('12:00:05')), record('loss', at('12:10:00'), { reason: 'lost' })]);
    await publish('2026-11-25T12', '2026-11-25T13');
    const before = await rows();
    assert.equal(before.length, 1);
    await publish('2026-11-25T12', '2026-11-25T13');
    assert.deepEqual(await rows(), before);
    assert.deepEqual(readdirSync(join(lake.directory, lake.root, 'yellow', '.gaps')), []);
    assert.ok(!existsSync(join(lake.directory, gapsPath(lake.root, '2026-11-26'))));
  });
});
