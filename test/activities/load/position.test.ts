import assert from 'node:assert/strict';
import { HdfsError } from '../../../activities/hdfs/error.ts';
import { createPositionSearch } from '../../../activities/load/position.ts';
import { formatTile } from '../../../activities/red/tile.ts';
import { addHours } from '../../../workflows/hour.ts';
import { createCountingHdfs } from '../hdfs/counting-hdfs.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';

const NEWEST = '2026-11-25T14';
const hoursBack = (count: number) => addHours(NEWEST, -count);

describe('createPositionSearch(hdfs, root, table)', () => {
  let store: MemoryHdfs;

  beforeEach(() => {
    store = new MemoryHdfs();
  });

  const write = (name: string) => store.writeText(`/r/red/chat/${name}`, '', { createParent: true });
  const tile = (hour: string, partition: number, from: bigint, to: bigint) =>
    write(formatTile({ hour, partition, from, to }));
  /** The newest `count` hours have a tile of partition 0, each with 10 rows. */
  const hoursOfRows = async (hours: number) => {
    for (let back = hours - 1; back >= 0; back--) {
      const from = BigInt(hours - 1 - back) * 10n;
      await tile(hoursBack(back), 0, from, from + 10n);
    }
  };
  const hourPath = (hour: string) => `/r/red/chat/hour=${hour}`;

  it('finds the highest end of tiles and gap records, and the hour of the newest tile', async () => {
    await tile(hoursBack(1), 0, 0n, 50n);
    await tile(NEWEST, 0, 50n, 60n);
    await tile(NEWEST, 0, 60n, 9_007_199_254_740_993n);
    await tile(hoursBack(1), 1, 0n, 5n);
    await write('gaps/p1-5-9.json');
    await write('gaps/p2-0-3.json');
    const find = createPositionSearch(store, '/r', 'chat');
    assert.deepEqual(await Promise.all([0, 1, 2, 3].map(find)), [
      { position: 9_007_199_254_740_993n, hour: NEWEST },
      { position: 9n, hour: hoursBack(1) },
      { position: 3n, hour: undefined },
      { position: 0n, hour: undefined },
    ]);
  });

  it('lists each hour once for all partitions, from the newest backwards, and no older one than needed', async () => {
    await hoursOfRows(100);
    await tile(hoursBack(2), 1, 0n, 7n);
    const { hdfs, listed } = createCountingHdfs(store);
    const find = createPositionSearch(hdfs, '/r', 'chat');
    const found = await Promise.all([0, 1, 0].map(find));
    assert.deepEqual(
      found.map(({ position }) => position),
      [1_000n, 7n, 1_000n],
    );
    assert.deepEqual(listed, [
      '/r/red/chat/gaps',
      '/r/red/chat',
      ...[0, 1, 2].map((back) => hourPath(hoursBack(back))),
    ]);
  });

  it('finds any number of partitions without a tile in one pass over all hours', async () => {
    await hoursOfRows(100);
    const { hdfs, listed } = createCountingHdfs(store);
    const find = createPositionSearch(hdfs, '/r', 'chat');
    const found = await Promise.all(Array.from({ length: 8 }, (_, partition) => find(partition)));
    assert.deepEqual(found.slice(1), Array(7).fill({ position: 0n, hour: undefined }));
    assert.equal(listed.length, 2 + 100);
  });

  it('resolves a partition as soon as it is found', async () => {
    await hoursOfRows(3);
    const { hdfs, listed } = createCountingHdfs(store);
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const list = hdfs.list.bind(hdfs);
    const slow = new Proxy(hdfs, {
      get: (target, name: keyof typeof hdfs) => {
        if (name !== 'list') return target[name].bind(target);
        return async (path: string) => {
          if (path === hourPath(hoursBack(1))) {
            reached.resolve();
            await goOn.promise;
          }
          return list(path);
        };
      },
    });
    const find = createPositionSearch(slow, '/r', 'chat');
    const unknown = find(1);
    assert.equal((await find(0)).position, 30n);
    await reached.promise;
    assert.deepEqual(listed.at(-1), hourPath(NEWEST), 'the search for the other partition continues');

    // The running search does not list the hour of a tile that is added now. A call from now on must find it.
    await tile(NEWEST, 0, 30n, 40n);
    const [again, others] = [find(0), [find(1), find(2)]];
    goOn.resolve();
    assert.equal((await unknown).position, 0n);
    assert.equal((await again).position, 40n);
    await Promise.all(others);
    assert.equal(listed.length, 2 * (2 + 3), 'all calls meanwhile share one more search');
  });

  it('rejects all callers if a listing fails, and searches again for the next call', async () => {
    await hoursOfRows(2);
    const list = store.list.bind(store);
    store.list = () => Promise.reject(new HdfsError('unavailable', 'not now'));
    const find = createPositionSearch(store, '/r', 'chat');
    const outcomes = await Promise.allSettled([find(0), find(1)]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    store.list = list;
    assert.equal((await find(0)).position, 20n);
  });
});
