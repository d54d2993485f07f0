import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { eventHoursOf } from '../../../activities/red/event-hours.ts';
import { hourOfNumber } from '../../../activities/yellow/hour-number.ts';
import { tablePath } from '../../../activities/yellow/manifest.ts';
import type { YellowTable } from '../../../activities/yellow/manifest.ts';
import { createRedViews } from '../../../activities/yellow/red-views.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { LINES_SQL } from '../../../activities/yellow/sql-text.ts';
import { Random } from '../../../infra/twitch-simulator/random.ts';
import type { TestRow } from '../../integration/red-tiles.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { validLine } from './fuzzed-lines.ts';

const IMPORTED_AT = '2026-11-25T12:30:00Z';
const APPEND_HOUR = '2026-11-25T12';
const OLD = '2019-05-01T07';

function message(id: string, sentAt: string, more: Partial<TestRow> = {}): TestRow {
  const line = `@id=${id};room-id=1;tmi-sent-ts=${Date.parse(sentAt)};user-id=9 :lark!lark@lark PRIVMSG #haneul :hello ${id}`;
  return { line, appendedAt: IMPORTED_AT, receivedAt: sentAt, collector: 'import-1', ...more };
}

describe('imported lines', () => {
  let lake: TestLake;

  beforeEach(async () => {
    lake = await openTestLake('imported');
  });
  afterEach(() => lake.remove());

  const refine = async (complete = true): Promise<string[]> =>
    (await refineRedHour(lake.deps, APPEND_HOUR, complete, new AbortController().signal)).hours;

  const read = (table: YellowTable, hour: string, columns: string): Promise<unknown[][]> =>
    lake.deps.withDatabase(async (connection) => {
      const file = join(lake.directory, tablePath(lake.root, table, hour));
      return (await connection.runAndReadAll(`SELECT ${columns} FROM '${file}' ORDER BY ALL`)).getRowsJson();
    });

  it('go to the hour in which they were sent, however old', async () => {
    await lake.red.add('chat', [
      message('a', `${OLD}:00:00Z`),
      message('b', `${OLD}:59:59Z`),
      message('c', '2005-01-01T00:00:00Z'),
      message('live', IMPORTED_AT, { collector: 'c1' }),
      message('late', `${OLD}:30:00Z`, { collector: 'c1', receivedAt: IMPORTED_AT }),
    ]);
    assert.deepEqual(await refine(), ['2005-01-01T00', OLD, APPEND_HOUR]);
    assert.deepEqual(await read('chat', OLD, 'message_id, sent_at, received_at, appended_at'), [
      ['a', `2019-05-01 07:00:00+00`, `2019-05-01 07:00:00+00`, '2026-11-25 12:30:00+00'],
      ['b', `2019-05-01 07:59:59+00`, `2019-05-01 07:59:59+00`, '2026-11-25 12:30:00+00'],
    ]);
    assert.deepEqual(await read('chat', APPEND_HOUR, 'message_id, sent_at IS NULL'), [
      ['late', true],
      ['live', false],
    ]);
  });

  it('are in the sums of the day in which they were sent, and of no other', async () => {
    const window = (minute: string, received: number): TestRow => ({
      line: JSON.stringify({
        kind: 'tally',
        collector: 'import-1',
        window: `${OLD}:${minute}:00.000Z`,
        received,
        acknowledged: received,
      }),
      appendedAt: IMPORTED_AT,
    });
    const erased = '@chatlake-erased=1;id=e :x PRIVMSG #haneul :';
    await lake.red.add('chat', [
      message('a', `${OLD}:00:01Z`),
      message('b', `${OLD}:00:02Z`),
      message('a', `${OLD}:00:01Z`),
      message('', `${OLD}:00:03Z`, { line: erased }),
      message('live', IMPORTED_AT, { collector: 'c1' }),
    ]);
    await lake.red.add('coverage', [window('00', 4), window('01', 0)]);
    await refine();
    const columns = 'collector, epoch_ms(window_start)::VARCHAR, red_messages, yellow_messages, erased_messages';
    assert.deepEqual(await read('tallies', OLD, columns), [
      ['import-1', String(Date.parse(`${OLD}:00:00Z`)), '4', '2', '1'],
    ]);
    assert.deepEqual(await read('tallies', APPEND_HOUR, columns), [
      ['c1', String(Date.parse(IMPORTED_AT)), '1', '1', '0'],
    ]);
    assert.deepEqual(await read('coverage', OLD, 'kind, happened_at, received, acknowledged'), [
      ['tally', '2019-05-01 07:00:00+00', '4', '4'],
      ['tally', '2019-05-01 07:01:00+00', '0', '0'],
    ]);
  });

  it('wait for the end of the append hour if they are more than a week old, so that the open hour stays fresh', async () => {
    await lake.red.add('chat', [message('a', `${OLD}:00:00Z`), message('b', '2026-11-18T12:00:00Z')]);
    assert.deepEqual(await refine(false), ['2026-11-18T12', APPEND_HOUR]);
    assert.deepEqual(await refine(true), [OLD, APPEND_HOUR]);
  });

  it('belong to one hour by the rules of the loader, of SQL, and of the views that leave out other hours', async () => {
    const random = new Random('imported');
    const edges = ['2005-01-01T00:00:00Z', `${OLD}:00:00Z`, '2026-11-18T12:30:00Z', '2026-11-25T13:30:00Z'];
    const times = [...edges.map((time) => Date.parse(time)), 0, 4e15];
    const rows = Array.from({ length: 300 }, (): TestRow => {
      const at = random.pick(times) + random.pick([-3_600_000, -1, 0, 1, 3_600_000]);
      const receivedAt = random.chance(0.1) ? null : new Date(Math.max(0, at)).toISOString();
      return {
        line: validLine(random),
        appendedAt: IMPORTED_AT,
        receivedAt,
        collector: random.pick(['import-1', 'import-', 'c1', 'an-import-1', 'import', '']),
      };
    });
    const file = join(lake.directory, await lake.red.add('chat', rows));
    const hoursIn = async (connection: DuckDBConnection): Promise<[number, string][]> => {
      await connection.run(LINES_SQL);
      const found = await connection.runAndReadAll(
        'SELECT kafka_offset, hour_of(event_at)::BIGINT FROM timed_lines ORDER BY kafka_offset',
      );
      return found.getRows().map(([offset, hour]) => [Number(offset), hourOfNumber(Number(hour))]);
    };
    const files = { chat: [file], coverage: [], streams: [] };
    await lake.deps.withDatabase(async (connection) => {
      await createRedViews(connection, files);
      const hours = await hoursIn(connection);
      assert.equal(hours.length, rows.length);
      for (const [offset, hour] of hours) {
        const { line, receivedAt = null, collector = '' } = rows[offset] as TestRow;
        const told = eventHoursOf([
          {
            appendedAtMs: Date.parse(IMPORTED_AT),
            receivedAtMs: receivedAt === null ? null : Date.parse(receivedAt),
            collector: Buffer.from(collector),
            line: Buffer.from(line),
          },
        ]);
        if (told !== undefined) assert.deepEqual(told, [hour], `${collector} ${receivedAt} ${String(line)}`);
      }
      for (const hour of new Set(hours.map(([, it]) => it))) {
        await createRedViews(connection, { ...files, hour });
        const ofHour = (all: [number, string][]) => all.filter(([, it]) => it === hour);
        assert.deepEqual(ofHour(await hoursIn(connection)), ofHour(hours), hour);
      }
      await createRedViews(connection, { ...files, hour: '2010-01-01T00' });
      const left = (await hoursIn(connection)).map(([offset]) => rows[offset]?.collector ?? '');
      assert.ok(left.length < rows.length && left.filter((it) => it === 'c1').length > 10);
    });
  });
});
