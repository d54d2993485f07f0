import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactError } from '../../../activities/errors.ts';
import { HdfsError } from '../../../activities/hdfs/hdfs-error.ts';
import { formatGapFile, gapDirectory, listGaps } from '../../../activities/red/gaps.ts';
import { formatTile } from '../../../activities/red/tile.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { listAllTiles } from './all-tiles.ts';
import { InterruptedHdfs, interruptions } from './interrupted-hdfs.ts';
import { SimulatedLoader, assertExactlyOnce, logOf, record, root } from './simulated-loader.ts';
import type { SimulatedLog } from './simulated-loader.ts';

const at = (time: string) => `2026-11-25T${time}Z`;

describe('PartitionLoader', function () {
  this.timeout(120_000);
  let scratch: string;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'partition-loader-'));
  });

  after(async () => {
    assert.deepEqual(await readdir(scratch), [], 'no file is left behind');
    await rm(scratch, { recursive: true });
  });

  const load = async (store: MemoryHdfs, log: SimulatedLog, rowsPerTile?: number) => {
    const loader = new SimulatedLoader(store, log, scratch, rowsPerTile);
    await loader.run({ isOwner: true });
    loader.loader.drop();
    return loader;
  };
  const names = async (store: MemoryHdfs) => (await listAllTiles(store, root, 'chat')).map(formatTile);

  const tenRecords = () =>
    logOf(Array.from({ length: 10 }, (_, offset) => record(offset, at(offset < 6 ? '14:59:58' : '15:00:01'))));
  const withHole = () => logOf([0, 1, 2, 5, 6, 7, 8].map((offset) => record(offset, at('14:10:00'))));

  it('cuts tiles by size and at the change of the hour', async () => {
    const store = new MemoryHdfs();
    const { committedUpTo } = await load(store, tenRecords());
    assert.deepEqual(await names(store), [
      'hour=2026-11-25T14/p0-0-4.parquet',
      'hour=2026-11-25T14/p0-4-6.parquet',
      'hour=2026-11-25T15/p0-6-10.parquet',
    ]);
    assert.deepEqual(committedUpTo, [4n, 6n, 10n]);
  });

  it('never goes back to an earlier hour, also after a takeover', async () => {
    const store = new MemoryHdfs();
    const log = logOf([record(0, at('14:59:59')), record(1, at('15:00:00')), record(2, at('14:59:59'))]);
    await load(store, log);
    log.records.push(record(3, at('14:59:59')));
    log.end = 4n;
    await load(store, log);
    assert.deepEqual(await names(store), [
      'hour=2026-11-25T14/p0-0-1.parquet',
      'hour=2026-11-25T15/p0-1-3.parquet',
      'hour=2026-11-25T15/p0-3-4.parquet',
    ]);
  });

  it('commits what it has when it is finished, and nothing when it is dropped', async () => {
    for (const [end, tiles] of [
      ['finish', 1],
      ['drop', 0],
    ] as const) {
      const store = new MemoryHdfs();
      const log = logOf([record(0, at('14:00:00')), record(1, at('14:00:00'))]);
      const { loader } = new SimulatedLoader(store, log, scratch);
      const simulated = new SimulatedLoader(store, log, scratch);
      loader.drop();
      await simulated.run({ isOwner: true, isOver: () => simulated.loader.spooledBytes > 0 });
      await simulated.loader[end]();
      assert.equal((await names(store)).length, tiles, end);
    }
  });

  it('writes a gap record for what retention removed before it was loaded', async () => {
    const store = new MemoryHdfs();
    const log = { ...tenRecords(), start: 4n };
    log.records.splice(0, 4);
    await load(store, log);
    const gap = { partition: 0, from: 0n, to: 4n };
    assert.deepEqual(await listGaps(store, root, 'chat'), [gap]);
    const record = await store.readText(`${gapDirectory(root, 'chat')}/${formatGapFile(gap)}`);
    assert.match(record, /"topic":"twitch.chat","partition":0,"from":"0","to":"4","reason":"retention"/);
    await assertExactlyOnce(store, log);
  });

  it('writes a gap record for offsets that Kafka does not have, after what comes before them', async () => {
    const store = new MemoryHdfs();
    await load(store, withHole());
    const gaps = await listGaps(store, root, 'chat');
    assert.deepEqual(
      gaps.map(({ from, to }) => [from, to]),
      [[3n, 5n]],
    );
    await assertExactlyOnce(store, withHole());
  });

  it('stops with the remedy when the log ends before its position', async () => {
    const store = new MemoryHdfs();
    await load(store, tenRecords());
    const { failure } = await load(store, logOf([record(0, at('15:30:00'))]));
    assert.ok(failure instanceof FactError && !failure.retryable);
    assert.match(failure.message, /go on at offset 10, .* found its end at 1\..* Keep the old red aside/s);
  });

  it('stops with the remedy when the topic was made anew and has grown past its position', async () => {
    const store = new MemoryHdfs();
    await load(store, tenRecords());
    const later = logOf(Array.from({ length: 20 }, (_, offset) => record(offset, at('17:00:00'))));
    const { failure } = await load(store, later);
    assert.ok(failure instanceof FactError && !failure.retryable);
    assert.match(failure.message, /found a record at 0 that was appended after the hour 2026-11-25T15/);
    assert.equal((await names(store)).length, 3);
  });

  it('stops at once where trying again cannot help, and says so after some time where it does not', async () => {
    for (const [method, kind, retryable] of [
      ['mkdirs', 'forbidden', false],
      ['mkdirs', 'unavailable', true],
      ['rename', 'unavailable', true],
    ] as const) {
      const store = new MemoryHdfs();
      store[method] = () => Promise.reject(new HdfsError(kind, `it is ${kind}`));
      const { failure } = await load(store, tenRecords());
      assert.ok(failure instanceof FactError);
      assert.equal(failure.retryable, retryable);
      assert.match(failure.message, new RegExp(`it is ${kind}`));
    }
  });

  for (const [what, makeLog] of [
    ['three tiles', tenRecords],
    ['tiles and a gap', withHole],
  ] as const) {
    for (const interruption of interruptions) {
      it(`has every offset once when it is interrupted at any step (${interruption}, ${what})`, async () => {
        let at = 0;
        for (let wasReached = true; wasReached; at++) {
          const store = new MemoryHdfs();
          const log = makeLog();
          const first = new InterruptedHdfs(store, at, interruption);
          const interrupted = new SimulatedLoader(first.hdfs, log, scratch);
          const isFreeze = interruption.startsWith('freeze');
          const isOwner = !isFreeze;
          const run = interrupted.run({ isOwner, isOver: () => first.isDead });
          await (isFreeze ? Promise.race([run, first.frozen.promise]) : run);
          // Somebody else takes over, at whatever point the first one is; then a frozen one wakes up.
          await load(store, log, 3);
          first.release();
          await run;
          await first.settle();
          await load(store, log);
          interrupted.loader.drop();
          assert.equal(interrupted.failure, undefined);
          await assertExactlyOnce(store, log);
          wasReached = first.calls > at;
        }
        assert.ok(at > 12, `expected a load to have 13 steps or more, saw ${at - 1}`);
      });
    }
  }

  for (const [what, makeLog] of [
    ['three tiles', tenRecords],
    ['tiles and a gap', withHole],
  ] as const) {
    it(`has every offset once when two loaders stand still at any two steps (${what})`, async () => {
      for (let [i, isFirstReached] = [0, true]; isFirstReached; i++) {
        for (let [j, isSecondReached] = [0, true]; isSecondReached; j++) {
          const store = new MemoryHdfs();
          const log = makeLog();
          const interrupted = [
            new InterruptedHdfs(store, i, 'freezeBefore'),
            new InterruptedHdfs(store, j, 'freezeBefore'),
          ];
          const runs: Promise<void>[] = [];
          for (const [index, { hdfs, frozen }] of interrupted.entries()) {
            const run = new SimulatedLoader(hdfs, log, scratch, 4 - index).run({ isOwner: false });
            runs.push(run);
            await Promise.race([run, frozen.promise]);
          }
          for (const [index, first] of interrupted.entries()) {
            first.release();
            await runs[index];
          }
          await load(store, log, 5);
          await assertExactlyOnce(store, log);
          isFirstReached = (interrupted[0]?.calls ?? 0) > i;
          isSecondReached = (interrupted[1]?.calls ?? 0) > j;
        }
      }
    });
  }

  it('has every offset once when two loaders fight for a partition', async () => {
    for (let round = 0; round < 20; round++) {
      const store = new MemoryHdfs();
      const log = tenRecords();
      const loaders = [3, 4].map((rowsPerTile) => new SimulatedLoader(store, log, scratch, rowsPerTile));
      await Promise.all(
        loaders.map((loader) => loader.run({ isOwner: true, isOver: () => loader.committedUpTo.includes(10n) })),
      );
      await Promise.all(loaders.map(({ loader }) => loader.finish()));
      await load(store, log);
      await assertExactlyOnce(store, log);
    }
  });
});
