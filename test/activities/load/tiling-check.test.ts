import assert from 'node:assert/strict';
import { checkTable } from '../../../activities/load/tiling-check.ts';
import { addHours } from '../../../workflows/hour.ts';
import { createCountingHdfs } from '../hdfs/counting-hdfs.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';

const CHAT = '/r/red/chat';
const NEWEST = '2026-11-25T14';

describe('checkTable(hdfs, root, table)', () => {
  let store: MemoryHdfs;

  beforeEach(() => {
    store = new MemoryHdfs();
  });

  const write = (name: string) => store.writeText(`${CHAT}/${name}`, '', { createParent: true });
  const tile = (back: number, range: string) => write(`hour=${addHours(NEWEST, -back)}/${range}.parquet`);
  const faults = async () => (await checkTable(store, '/r', 'chat')).faults.map(({ text }) => text);

  it('finds no fault in tiles across hours, gap records between them, and a union beside its parts', async () => {
    await tile(2, 'p0-10-20');
    await tile(1, 'p0-25-30');
    for (const range of ['p0-30-40', 'p0-30-35', 'p0-35-40', 'p1-7-8']) await tile(0, range);
    for (const gap of ['p0-20-25', 'p0-3-5', 'p2-0-9', 'p1-8-11']) await write(`gaps/${gap}.json`);
    assert.deepEqual(await faults(), []);
  });

  it('describes holes and overlaps, with the file at which they occur', async () => {
    await tile(1, 'p0-0-4');
    await tile(0, 'p0-6-9');
    await tile(0, 'p0-8-12');
    await tile(0, 'p1-0-5');
    await write('gaps/p1-6-8.json');
    assert.deepEqual(await faults(), [
      'chat partition 0: offsets 4 up to 6 are missing before hour=2026-11-25T14/p0-6-9.parquet',
      'chat partition 0: offsets 8 up to 9 are stored twice, the second time in hour=2026-11-25T14/p0-8-12.parquet',
      'chat partition 1: offsets 5 up to 6 are missing before the gap record 6-8',
    ]);
  });

  it('checks the newest 24 hours, only once if it finds no fault', async () => {
    await tile(40, 'p0-0-4');
    for (let back = 30; back >= 0; back--) await tile(back, `p0-${100 - back}-${101 - back}`);
    const { hdfs, listed } = createCountingHdfs(store);
    const { tiles } = await checkTable(hdfs, '/r', 'chat');
    assert.equal(tiles.length, 24);
    assert.equal(listed.length, 2 + 24);
    assert.deepEqual(await faults(), [], 'the hole is older');
  });

  it('does not report a change between two listings as a fault', async () => {
    await tile(1, 'p0-0-4');
    await tile(0, 'p0-6-9');
    const list = store.list.bind(store);
    let looks = 0;
    store.list = async (path) => {
      const found = await list(path);
      // The missing tile is added after its hour was listed.
      if (path.endsWith(addHours(NEWEST, -1)) && looks++ === 0) await tile(1, 'p0-4-6');
      return found;
    };
    assert.deepEqual(await faults(), []);
    assert.equal(looks, 2);
  });
});
