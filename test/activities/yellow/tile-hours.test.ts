import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { WithDatabase } from '../../../activities/duckdb/database.ts';
import { createTileHours } from '../../../activities/yellow/tile-hours.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';

describe('createTileHours(withDatabase, maxCached)', () => {
  let lake: TestLake;
  let looks: number;
  const counting: WithDatabase = (work) => {
    looks += 1;
    return lake.deps.withDatabase(work);
  };

  beforeEach(async () => {
    lake = await openTestLake('tile-hours');
    looks = 0;
  });
  afterEach(() => lake.remove());

  async function tileOf(sentAt: string): Promise<string> {
    const line = `@id=${sentAt};room-id=1;tmi-sent-ts=${Date.parse(sentAt)} :lark!lark@lark PRIVMSG #haneul :hello`;
    return join(lake.directory, await lake.red.add('chat', [{ line, appendedAt: '2026-11-25T12:59:59Z' }]));
  }

  it('reads a tile once, and again after its eviction from the cache', async () => {
    const tiles = [await tileOf('2026-11-25T12:10:00Z'), await tileOf('2026-11-25T11:59:00Z')];
    const more = [await tileOf('2026-11-25T12:30:00Z'), await tileOf('2026-11-24T07:00:00Z')];
    const { of } = createTileHours(counting, 2);
    const hoursOf = async (chat: string[]) => [...(await of({ chat, coverage: [] })).values()].flatMap((it) => [...it]);

    assert.deepEqual(await hoursOf(tiles), ['2026-11-25T12', '2026-11-25T11']);
    assert.deepEqual(await hoursOf(tiles), ['2026-11-25T12', '2026-11-25T11']);
    assert.equal(looks, 1);
    // More tiles than fit into the cache: all are returned.
    assert.deepEqual(await hoursOf([...tiles, ...more]), [
      '2026-11-25T12',
      '2026-11-25T11',
      '2026-11-25T12',
      '2026-11-24T07',
    ]);
    assert.deepEqual(await hoursOf(more), ['2026-11-25T12', '2026-11-24T07']);
    assert.equal(looks, 2);
    assert.deepEqual(await hoursOf(tiles), ['2026-11-25T12', '2026-11-25T11']);
    assert.equal(looks, 3);
  });

  it('believes a tile that tells its hours, and parses one that does not', async () => {
    const tile = await tileOf('2026-11-25T11:59:00Z');
    const copy = join(lake.directory, 'copy.parquet');
    const copyWith = (options: string) =>
      lake.deps.withDatabase((connection) =>
        connection.run(`COPY (FROM '${tile}') TO '${copy}' (FORMAT parquet ${options})`),
      );
    const hoursOf = async () => [
      ...((await createTileHours(counting).of({ chat: [copy], coverage: [] })).get(copy) ?? []),
    ];
    await copyWith('');
    assert.deepEqual(await hoursOf(), ['2026-11-25T11']);
    await copyWith(", KV_METADATA {event_hours: '2026-11-25T10 2026-11-25T11'}");
    assert.deepEqual(await hoursOf(), ['2026-11-25T10', '2026-11-25T11']);
  });
});
