import assert from 'node:assert/strict';
import { listTiles } from '../../../activities/red/list-tiles.ts';
import { formatTile, parseTile, parseTileFile } from '../../../activities/red/tile.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';

describe('formatTile(tile) and parseTile(name)', () => {
  const tile = { partition: 3, from: 0n, to: 9_007_199_254_740_993n, hour: '2026-11-25T14' };

  it('are each other’s reverse, also beyond the numbers that JavaScript counts exactly', () => {
    assert.equal(formatTile(tile), 'hour=2026-11-25T14/p3-0-9007199254740993.parquet');
    assert.deepEqual(parseTile(formatTile(tile)), tile);
  });

  it('take nothing else for a tile', () => {
    for (const name of ['hour=2026-11-25T14/x.parquet', 'p0-0-1.parquet', 'hour=2026-11-25/p0-0-1.parquet', '']) {
      assert.equal(parseTile(name), undefined, name);
    }
    assert.equal(parseTileFile('p0-5-5.parquet'), undefined, 'an empty range');
    assert.equal(parseTileFile('p0-0-1.parquet.tmp'), undefined);
  });
});

describe('listTiles(hdfs, root, table, hours)', () => {
  it('gives the tiles by hour, partition and range, and skips what is none', async () => {
    const hdfs = new MemoryHdfs();
    const file = (name: string) => hdfs.writeText(`/r/red/chat/${name}`, 'abc', { createParent: true });
    for (const name of ['hour=2026-11-25T14/p0-10-20.parquet', 'hour=2026-11-25T14/p0-9-10.parquet']) await file(name);
    for (const name of ['hour=2026-11-25T13/p1-0-5.parquet', 'hour=2026-11-25T14/_note', 'gaps/p0-5-6.json'])
      await file(name);
    const names = async (hours?: string[]) => (await listTiles(hdfs, '/r', 'chat', hours)).map((tile) => tile.path);
    assert.deepEqual(await names(), [
      '/r/red/chat/hour=2026-11-25T13/p1-0-5.parquet',
      '/r/red/chat/hour=2026-11-25T14/p0-9-10.parquet',
      '/r/red/chat/hour=2026-11-25T14/p0-10-20.parquet',
    ]);
    assert.deepEqual(await names(['2026-11-25T13', '2026-11-25T12']), [
      '/r/red/chat/hour=2026-11-25T13/p1-0-5.parquet',
    ]);
    assert.deepEqual(await listTiles(hdfs, '/nowhere', 'chat'), []);
  });
});
