import assert from 'node:assert/strict';
import { FactError } from '../../../activities/errors.ts';
import type { FileStatus } from '../../../activities/hdfs/hdfs.ts';
import { listGaps } from '../../../activities/red/gaps.ts';
import { listHours, listReadableTiles, listTiles } from '../../../activities/red/list-tiles.ts';
import type { Tile } from '../../../activities/red/tile.ts';
import { createCountingHdfs } from '../hdfs/counting-hdfs.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';

const CHAT = '/r/red/chat';

async function storeOf(...names: string[]): Promise<MemoryHdfs> {
  const hdfs = new MemoryHdfs();
  for (const name of names) await hdfs.writeText(`${CHAT}/${name}`, 'abc', { createParent: true });
  return hdfs;
}

const namesOf = (tiles: Tile[]) => tiles.map((tile) => tile.path.slice(CHAT.length + 1));

describe('listTiles(hdfs, root, table, hours)', () => {
  it('sorts tiles by hour, partition and range, and skips other names', async () => {
    const hdfs = await storeOf(
      'hour=2026-11-25T14/p0-10-20.parquet',
      'hour=2026-11-25T14/p0-9-10.parquet',
      'hour=2026-11-25T13/p1-0-5.parquet',
      'hour=2026-11-25T14/_note',
      'gaps/p0-5-6.json',
    );
    const hours = await listHours(hdfs, '/r', 'chat');
    assert.deepEqual(hours, ['2026-11-25T13', '2026-11-25T14']);
    assert.deepEqual(namesOf(await listTiles(hdfs, '/r', 'chat', hours)), [
      'hour=2026-11-25T13/p1-0-5.parquet',
      'hour=2026-11-25T14/p0-9-10.parquet',
      'hour=2026-11-25T14/p0-10-20.parquet',
    ]);
    const some = await listTiles(hdfs, '/r', 'chat', ['2026-11-25T13', '2026-11-25T12']);
    assert.deepEqual(namesOf(some), ['hour=2026-11-25T13/p1-0-5.parquet']);
    assert.deepEqual(await listHours(hdfs, '/nowhere', 'chat'), []);
  });
});

describe('listTiles(hdfs, root, table, hours), of an hour with several pages', () => {
  const hour = '2026-11-25T14';
  const tileAt = (offset: number) => `hour=${hour}/p0-${offset}-${offset + 1}.parquet`;
  const many = Array.from({ length: 150 }, (_, offset) => tileAt(offset));

  /** Runs a callback at each listing, with its number from 1. */
  function atEachListing(hdfs: MemoryHdfs, happens: (listing: number, found: FileStatus[]) => Promise<FileStatus[]>) {
    const list = hdfs.list.bind(hdfs);
    const seen = { listings: 0 };
    hdfs.list = async (path) => happens(++seen.listings, await list(path));
    return seen;
  }

  it('does not use a listing that a compaction has torn', async () => {
    const hdfs = await storeOf(...many);
    const seen = atEachListing(hdfs, async (listing, found) => {
      if (listing > 1) return found;
      // After the first page was read, the union appears, whose name belongs on that page, and parts of the second page are removed.
      await hdfs.writeText(`${CHAT}/hour=${hour}/p0-0-150.parquet`, 'abc', { createParent: false });
      for (const name of many.slice(10)) await hdfs.remove(`${CHAT}/${name}`);
      return found.slice(0, 120);
    });
    const tiles = await listTiles(hdfs, '/r', 'chat', [hour]);
    assert.equal(tiles.length, 11);
    assert.ok(tiles.some(({ to }) => to === 150n));
    assert.equal(seen.listings, 2);
  });

  it('lists twice if nothing is removed, and accepts new files', async () => {
    const hdfs = await storeOf(...many);
    const seen = atEachListing(hdfs, async (listing, found) => {
      await hdfs.writeText(`${CHAT}/${tileAt(1_000 + listing)}`, 'abc', { createParent: false });
      return found;
    });
    assert.equal((await listTiles(hdfs, '/r', 'chat', [hour])).length, 151);
    assert.equal(seen.listings, 2);
  });
});

describe('listReadableTiles(hdfs, root, table, hours)', () => {
  it('leaves out nested tiles while a compaction has not removed its parts', async () => {
    const hdfs = await storeOf(
      'hour=2026-11-25T13/p0-0-4.parquet',
      'hour=2026-11-25T14/p0-4-6.parquet',
      'hour=2026-11-25T14/p0-4-10.parquet',
      'hour=2026-11-25T14/p0-6-10.parquet',
      'hour=2026-11-25T14/p1-4-6.parquet',
    );
    assert.deepEqual(namesOf(await listReadableTiles(hdfs, '/r', 'chat', ['2026-11-25T13', '2026-11-25T14'])), [
      'hour=2026-11-25T13/p0-0-4.parquet',
      'hour=2026-11-25T14/p0-4-10.parquet',
      'hour=2026-11-25T14/p1-4-6.parquet',
    ]);
  });

  it('rejects overlapping tiles that are not nested, and names both', async () => {
    const hdfs = await storeOf('hour=2026-11-25T13/p2-0-6.parquet', 'hour=2026-11-25T14/p2-4-10.parquet');
    assert.equal((await listReadableTiles(hdfs, '/r', 'chat', ['2026-11-25T14'])).length, 1);
    const all = listReadableTiles(hdfs, '/r', 'chat', ['2026-11-25T13', '2026-11-25T14']);
    await assert.rejects(all, (error) => {
      assert.ok(error instanceof FactError && !error.retryable);
      assert.match(error.message, /T13\/p2-0-6\.parquet and .*T14\/p2-4-10\.parquet/);
      assert.match(error.message, /both have the offsets 4 up to 6 of partition 2/);
      return true;
    });
  });
});

describe('listGaps(hdfs, root, table)', () => {
  it('returns the ranges of all gap records, with one listing', async () => {
    const files = ['gaps/p0-5-6.json', 'gaps/p11-0-9007199254740993.json', 'gaps/p0-5-5.json', 'gaps/_note'];
    const { hdfs, listed } = createCountingHdfs(await storeOf(...files));
    assert.deepEqual(await listGaps(hdfs, '/r', 'chat'), [
      { partition: 0, from: 5n, to: 6n },
      { partition: 11, from: 0n, to: 9_007_199_254_740_993n },
    ]);
    assert.deepEqual(listed, [`${CHAT}/gaps`]);
    assert.deepEqual(await listGaps(hdfs, '/nowhere', 'chat'), []);
  });
});
