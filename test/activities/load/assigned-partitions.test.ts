import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDisk } from '../../../common/disk.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { AssignedPartitions } from '../../../activities/load/assigned-partitions.ts';
import { PartitionLoader } from '../../../activities/load/partition-loader.ts';
import { createPositionSearch } from '../../../activities/load/position.ts';
import { silentLog } from '../../../common/log.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { listAllTiles } from '../red/all-tiles.ts';
import { InterruptedHdfs } from './interrupted-hdfs.ts';
import { record, ROOT, writeOffsets } from './simulated-loader.ts';

describe('AssignedPartitions', function () {
  this.timeout(60_000);
  const topic = 'twitch.chat';
  let scratchDirectory: string;
  let store: MemoryHdfs;

  before(async () => {
    scratchDirectory = await mkdtemp(join(tmpdir(), 'assigned-partitions-'));
  });
  beforeEach(() => {
    store = new MemoryHdfs();
  });
  after(() => rm(scratchDirectory, { recursive: true }));

  /** The partitions, and their calls to the consumer. */
  function create(options: { hdfs?: Hdfs; maxMemoryBytes?: number; clock?: () => number } = {}) {
    const { hdfs = store } = options;
    const findPosition = createPositionSearch(hdfs, ROOT, 'chat');
    const paused = new Map<number, boolean>();
    const sought: [partition: number, position: bigint][] = [];
    const loaders = new Map<number, PartitionLoader>();
    const partitions = new AssignedPartitions({
      control: {
        seek: ({ partition }, position) => void sought.push([partition, position]),
        pause: ({ partition }) => void paused.set(partition, true),
        resume: ({ partition }) => void paused.set(partition, false),
        advise: () => {},
        fail: (error) => assert.fail(String(error)),
      },
      createLoader: ({ partition }, events) => {
        const loader = new PartitionLoader({
          assignment: {
            hdfs,
            root: ROOT,
            table: 'chat',
            topic,
            partition,
            partitionLog: {
              range: async () => ({ start: 0n, end: 1_000n }),
              firstOffsetFrom: async () => 1_000n,
            },
            findPosition,
            log: silentLog,
          },
          events,
          writeTile: writeOffsets,
          disk: localDisk,
          scratchDirectory,
          maxSpoolBytes: 1_000_000,
          clock: options.clock ?? (() => 0),
        });
        loaders.set(partition, loader);
        return loader;
      },
      maxMemoryBytes: options.maxMemoryBytes ?? 1_000_000,
      maxAgeMs: 1,
      log: silentLog,
    });
    const state = (partition: number) => loaders.get(partition)?.state;
    const areReading = (...wanted: number[]) =>
      waitFor('them to read', () => wanted.every((partition) => state(partition) === 'reading'));
    const take = (partition: number, from: number, count: number) =>
      partitions.take(
        { topic, partition },
        Array.from({ length: count }, (_, index) => record(from + index, '2026-11-25T14:00:00Z')),
      );
    return { partitions, paused, sought, state, areReading, take };
  }

  it('fetches a partition only after its takeover, from its position', async () => {
    const { partitions, paused, sought, areReading, take } = create();
    partitions.assign({ [topic]: [0, 1] });
    assert.deepEqual(
      [...paused],
      [
        [0, true],
        [1, true],
      ],
    );
    assert.equal(take(0, 0, 1), undefined, 'a batch that arrives anyway is ignored');
    await areReading(0, 1);
    assert.deepEqual(
      [...paused],
      [
        [0, false],
        [1, false],
      ],
    );
    assert.deepEqual(sought.sort(), [
      [0, 0n],
      [1, 0n],
    ]);
    assert.equal(take(0, 0, 5), 5n);
    await partitions.finish();
  });

  it('seeks retained partitions to their position, and keeps their spools', async () => {
    const { partitions, sought, areReading, take } = create();
    partitions.assign({ [topic]: [0, 1] });
    await areReading(0, 1);
    take(0, 0, 5);
    sought.length = 0;
    partitions.assign({ [topic]: [0] });
    assert.deepEqual(sought, [[0, 5n]]);
    assert.equal(take(0, 5, 5), 10n);
    assert.equal(take(1, 0, 5), undefined, 'it was revoked');
    await partitions.finish();
    assert.deepEqual(
      (await listAllTiles(store, ROOT, 'chat')).map(({ partition, from, to }) => [partition, from, to]),
      [[0, 0n, 10n]],
    );
  });

  it('takes a partition over again when it comes back', async () => {
    const { partitions, areReading, take, sought } = create();
    partitions.assign({ [topic]: [0] });
    await areReading(0);
    take(0, 0, 5);
    partitions.assign({});
    sought.length = 0;
    partitions.assign({ [topic]: [0] });
    await areReading(0);
    assert.deepEqual(sought, [[0, 0n]], 'rows that were not committed are read again');
    await partitions.finish();
  });

  it('commits old spools, and takes a fenced partition over again only when the group has confirmed it', async () => {
    let nowMs = 0;
    const { partitions, state, areReading, take, sought } = create({ clock: () => nowMs });
    partitions.assign({ [topic]: [0] });
    await areReading(0);
    take(0, 0, 5);
    partitions.rotateOld();
    assert.equal(state(0), 'reading', 'not old enough');
    await store.remove(`${ROOT}/red/.epochs`, { recursive: true });
    nowMs = 1;
    partitions.rotateOld();
    await waitFor('the fenced commit', () => state(0) === 'idle');
    assert.deepEqual(await listAllTiles(store, ROOT, 'chat'), []);
    partitions.assign({ [topic]: [0] });
    assert.equal(state(0), 'idle');
    sought.length = 0;
    partitions.confirm();
    await areReading(0);
    assert.deepEqual(sought, [[0, 0n]]);
    take(0, 0, 5);
    await partitions.finish();
    assert.equal((await listAllTiles(store, ROOT, 'chat')).length, 1);
  });

  it('fetches nothing while the spools exceed the limit, and commits the largest', async () => {
    const frozen = new InterruptedHdfs(store, 0, 'freezeBefore', 'upload');
    const { partitions, paused, state, areReading, take } = create({ hdfs: frozen.hdfs, maxMemoryBytes: 2_000 });
    partitions.assign({ [topic]: [0, 1] });
    await areReading(0, 1);
    take(0, 0, 8);
    assert.deepEqual([...paused.values()], [false, false]);
    take(1, 0, 20);
    assert.deepEqual([state(0), state(1)], ['reading', 'committing']);
    assert.deepEqual([...paused.values()], [true, true]);
    frozen.release();
    await areReading(0, 1);
    assert.deepEqual([...paused.values()], [false, false]);
    await partitions.finish();
    assert.deepEqual(
      (await listAllTiles(store, ROOT, 'chat')).map(({ partition, to }) => [partition, to]),
      [
        [0, 8n],
        [1, 20n],
      ],
    );
  });
});
