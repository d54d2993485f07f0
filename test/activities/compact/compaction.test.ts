import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDisk } from '../../../common/disk.ts';
import { FactError } from '../../../activities/errors.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { compactRedHour } from '../../../activities/compact/compaction.ts';
import type { CompactionDeps } from '../../../activities/compact/compaction.ts';
import { compactionsDirectory } from '../../../activities/red/epochs.ts';
import { listReadableTiles, listTiles, tableDirectory } from '../../../activities/red/list-tiles.ts';
import { createPositionSearch } from '../../../activities/load/position.ts';
import { formatTile, formatTileFile } from '../../../activities/red/tile.ts';
import type { UnionFiles } from '../../../activities/compact/union-files.ts';
import { addHours } from '../../../workflows/hour.ts';
import { silentLog } from '../../../common/log.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';

const ROOT = '/r';
const HOUR = '2026-11-25T14';

/** Offsets as JSON instead of Parquet. */
const offsetFiles: UnionFiles = {
  async unite(parts, file) {
    const offsets = await Promise.all(parts.map(async ({ local }) => readOffsets(await readFile(local))));
    await writeFile(file, JSON.stringify(offsets.flat()));
  },
  async difference(wide, parts) {
    const wanted = (await Promise.all(parts.map(async ({ local }) => readOffsets(await readFile(local))))).flat();
    const [from, to] = [Number(parts[0]?.from), Number(parts.at(-1)?.to)];
    const found = readOffsets(await readFile(wide.local)).filter((offset) => offset >= from && offset < to);
    return JSON.stringify(found) === JSON.stringify(wanted) ? undefined : 'they differ';
  },
};

const readOffsets = (content: Buffer): number[] => JSON.parse(content.toString()) as number[];

describe('compactRedHour(deps, hour, signal)', function () {
  this.timeout(120_000);
  let scratchDirectory: string;

  before(async () => {
    scratchDirectory = await mkdtemp(join(tmpdir(), 'compaction-'));
  });

  afterEach(async () => {
    assert.deepEqual(await readdir(scratchDirectory), [], 'no local file is left');
  });

  after(() => rm(scratchDirectory, { recursive: true }));

  async function write(
    store: MemoryHdfs,
    from: number,
    to: number,
    partition = 0,
    content?: number[],
  ): Promise<string> {
    const range = { hour: HOUR, partition, from: BigInt(from), to: BigInt(to) };
    const path = `${tableDirectory(ROOT, 'chat')}/${formatTile(range)}`;
    const offsets = content ?? Array.from({ length: to - from }, (_, index) => from + index);
    await store.writeText(path, JSON.stringify(offsets), { createParent: true });
    return path;
  }

  /** Partition 0 has two runs of offsets with a gap between them, partition 1 has one tile, and partition 2 is large. */
  async function storeOfTiles(): Promise<MemoryHdfs> {
    const store = new MemoryHdfs();
    for (const [from, to] of [[0, 4], [4, 6], [6, 9], [12, 13], [13, 15]] as const) await write(store, from, to); // prettier-ignore
    await store.writeText(`${tableDirectory(ROOT, 'chat')}/gaps/p0-9-12.json`, '{}', { createParent: true });
    await write(store, 0, 5, 1);
    await store.writeText(
      `${tableDirectory(ROOT, 'coverage')}/${formatTile({ hour: HOUR, partition: 0, from: 0n, to: 1n })}`,
      '[0]',
      { createParent: true },
    );
    return store;
  }
  const compacted = ['p0-0-9.parquet', 'p0-12-15.parquet', 'p1-0-5.parquet'];

  const deps = (hdfs: Hdfs, more: Partial<CompactionDeps> = {}): CompactionDeps => ({
    hdfs,
    root: ROOT,
    unionFiles: offsetFiles,
    disk: localDisk,
    scratchDirectory,
    log: silentLog,
    ...more,
  });
  const compact = (hdfs: Hdfs, more?: Partial<CompactionDeps>) =>
    compactRedHour(deps(hdfs, more), HOUR, new AbortController().signal);
  const names = async (store: Hdfs) => (await listTiles(store, ROOT, 'chat', [HOUR])).map(formatTileFile);

  /** Readers find each offset once. */
  async function assertReadable(store: MemoryHdfs): Promise<void> {
    const found: string[] = [];
    for (const tile of await listReadableTiles(store, ROOT, 'chat', [HOUR])) {
      const offsets = readOffsets(store.files.get(tile.path) ?? Buffer.from('[]'));
      found.push(...offsets.map((offset) => `${tile.partition}-${offset}`));
    }
    const offsets = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14].map((offset) => `0-${offset}`);
    assert.deepEqual(found.sort(), [...offsets, ...[0, 1, 2, 3, 4].map((offset) => `1-${offset}`)].sort());
  }

  async function assertFinished(store: MemoryHdfs): Promise<void> {
    await assertReadable(store);
    assert.deepEqual(await names(store), compacted);
    assert.deepEqual(await store.list(compactionsDirectory(ROOT)), [], 'no directory of a compaction is left');
  }

  it('leaves one file per run of consecutive offsets, and returns the counts', async () => {
    const store = await storeOfTiles();
    assert.deepEqual(await compact(store), { tilesBefore: 7, tilesAfter: 4 });
    await assertFinished(store);
  });

  it('changes nothing the second time, or in an hour without red', async () => {
    const store = await storeOfTiles();
    await compact(store);
    const before = new Map(store.files);
    assert.deepEqual(await compact(store), { tilesBefore: 4, tilesAfter: 4 });
    assert.deepEqual(store.files, before);
    assert.deepEqual(await compact(new MemoryHdfs()), { tilesBefore: 0, tilesAfter: 0 });
  });

  it('splits a union that would be too large between two tiles', async () => {
    const store = new MemoryHdfs();
    for (const from of [0, 2, 4, 6, 8]) await write(store, from, from + 2);
    const bytes = (await store.status(`${tableDirectory(ROOT, 'chat')}/hour=${HOUR}/p0-0-2.parquet`))?.length ?? 0;
    assert.deepEqual(await compact(store, { maxUnionBytes: 2 * bytes }), { tilesBefore: 5, tilesAfter: 3 });
    assert.deepEqual(await names(store), ['p0-0-4.parquet', 'p0-4-8.parquet', 'p0-8-10.parquet']);
  });

  it('removes parts beside their union after comparing them', async () => {
    const store = await storeOfTiles();
    await write(store, 0, 9);
    assert.deepEqual(await compact(store), { tilesBefore: 8, tilesAfter: 4 });
    await assertFinished(store);
  });

  it('keeps a part whose rows the union lacks, and fails', async () => {
    const store = await storeOfTiles();
    await write(store, 0, 9, 0, [0, 1, 2, 3, 4, 99, 6, 7, 8]);
    const before = await names(store);
    await assert.rejects(compact(store), (error) => {
      assert.ok(error instanceof FactError);
      assert.match(error.message, /p0-0-9\.parquet to have exactly the rows of .*p0-4-6\.parquet; they differ/);
      return true;
    });
    assert.deepEqual(
      before.filter((name) => name !== 'p0-0-4.parquet'),
      await names(store),
      'the part that was proven before is gone',
    );
  });

  it('does not commit a union that differs from its parts, and keeps the parts', async () => {
    const store = await storeOfTiles();
    const before = await names(store);
    const unionFiles: UnionFiles = {
      unite: (_, file) => writeFile(file, '[0]'),
      difference: offsetFiles.difference,
    };
    await assert.rejects(compact(store, { unionFiles }), /No file was removed/);
    assert.deepEqual(await names(store), before);
    await compact(store);
    await assertFinished(store);
  });

  it('compares the file in HDFS, not the local one', async () => {
    const store = await storeOfTiles();
    const before = await names(store);
    const upload = store.upload.bind(store);
    store.upload = async (localFile, path, options) => {
      await upload(localFile, path, options);
      const content = (store.files.get(path) ?? Buffer.from('')).toString();
      store.files.set(path, Buffer.from(content.replace('8', '7')));
    };
    await assert.rejects(compact(store), /they differ/);
    assert.deepEqual(await names(store), before);
  });

  it('stops between two unions when it is cancelled', async () => {
    const store = await storeOfTiles();
    const aborted = AbortSignal.abort(new Error('cancelled'));
    await assert.rejects(compactRedHour(deps(store), HOUR, aborted), /cancelled/);
    await assertReadable(store);
  });

  it('leaves red readable when two compactions with different limits freeze at any two steps', async () => {
    for (let [i, isFirstReached] = [0, true]; isFirstReached; i += 2) {
      for (let [j, isSecondReached] = [0, true]; isSecondReached; j += 3) {
        const store = await storeOfTiles();
        const [first, second] = [
          new InterruptedHdfs(store, i, 'freezeBefore'),
          new InterruptedHdfs(store, j, 'freezeBefore'),
        ];
        const runs: Promise<unknown>[] = [];
        for (const [frozen, maxUnionBytes] of [
          [first, 12],
          [second, 1_000],
        ] as const) {
          const run = compact(frozen.hdfs, { maxUnionBytes }).catch(() => {});
          runs.push(run);
          await Promise.race([run, frozen.frozen.promise]);
        }
        for (const [index, frozen] of [first, second].entries()) {
          frozen.release();
          await runs[index];
          await assertReadable(store);
        }
        await compact(store);
        await assertFinished(store);
        isFirstReached = first.calls > i;
        isSecondReached = second.calls > j;
      }
    }
  });

  it('does not change the position and the hour that a takeover finds', async () => {
    const store = await storeOfTiles();
    await store.mkdirs(`${tableDirectory(ROOT, 'chat')}/hour=${addHours(HOUR, 1)}`);
    const positions = async () => Promise.all([0, 1, 2].map(createPositionSearch(store, ROOT, 'chat')));
    const before = await positions();
    assert.deepEqual(before[0], { position: 15n, hour: HOUR });
    await compact(
      watching(store, async () => {
        assert.deepEqual(await positions(), before);
      }),
    );
    assert.deepEqual(await positions(), before);
  });
});

/** An HDFS that runs a check after each call. */
function watching(hdfs: Hdfs, look: () => Promise<void>): Hdfs {
  return new Proxy(hdfs, {
    get: (target, name: keyof Hdfs) => {
      const method = target[name].bind(target) as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        try {
          return await method(...given);
        } finally {
          await look();
        }
      };
    },
  });
}
