import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactError } from '../../../activities/errors.ts';
import { HdfsError } from '../../../activities/hdfs/error.ts';
import { formatGapFile, gapDirectory, listGaps } from '../../../activities/red/gaps.ts';
import { formatTile } from '../../../activities/red/tile.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { listAllTiles } from '../red/all-tiles.ts';
import { SimulatedLoader, assertExactlyOnce, logOf, record, ROOT } from './simulated-loader.ts';
import type { SimulatedLog } from './simulated-loader.ts';

const at = (time: string) => `2026-11-25T${time}Z`;

describe('PartitionLoader', function () {
  this.timeout(120_000);
  let scratch: string;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'partition-loader-'));
  });

  after(async () => {
    assert.deepEqual(await readdir(scratch), [], 'no local file is left');
    await rm(scratch, { recursive: true });
  });

  const load = async (store: MemoryHdfs, log: SimulatedLog) => {
    const loader = new SimulatedLoader(store, log, scratch);
    await loader.run();
    loader.loader.drop();
    return loader;
  };
  const names = async (store: MemoryHdfs) => (await listAllTiles(store, ROOT, 'chat')).map(formatTile);

  const tenRecords = () =>
    logOf(Array.from({ length: 10 }, (_, offset) => record(offset, at(offset < 6 ? '14:59:58' : '15:00:01'))));
  const withHole = () => logOf([0, 1, 2, 5, 6, 7, 8].map((offset) => record(offset, at('14:10:00'))));

  it('cuts tiles by size and at the change of the hour', async () => {
    const store = new MemoryHdfs();
    const { committedUpTo, commitSeconds } = await load(store, tenRecords());
    assert.deepEqual(await names(store), [
      'hour=2026-11-25T14/p0-0-4.parquet',
      'hour=2026-11-25T14/p0-4-6.parquet',
      'hour=2026-11-25T15/p0-6-10.parquet',
    ]);
    assert.deepEqual(committedUpTo, [4n, 6n, 10n]);
    assert.deepEqual(commitSeconds, [0.25, 0.25, 0.25]);
  });

  it('never goes back to an earlier hour, even after a takeover', async () => {
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

  it('commits the spool on finish, and nothing on drop', async () => {
    for (const [end, tiles] of [
      ['finish', 1],
      ['drop', 0],
    ] as const) {
      const store = new MemoryHdfs();
      const log = logOf([record(0, at('14:00:00')), record(1, at('14:00:00'))]);
      const { loader } = new SimulatedLoader(store, log, scratch);
      const simulated = new SimulatedLoader(store, log, scratch);
      loader.drop();
      await simulated.run(() => simulated.loader.spooledBytes > 0);
      await simulated.loader[end]();
      assert.equal((await names(store)).length, tiles, end);
    }
  });

  it('writes a gap record for offsets that retention removed before they were loaded', async () => {
    const store = new MemoryHdfs();
    const log = { ...tenRecords(), start: 4n };
    log.records.splice(0, 4);
    await load(store, log);
    const gap = { partition: 0, from: 0n, to: 4n };
    assert.deepEqual(await listGaps(store, ROOT, 'chat'), [gap]);
    const record = await store.readText(`${gapDirectory(ROOT, 'chat')}/${formatGapFile(gap)}`);
    assert.match(record, /"topic":"twitch.chat","partition":0,"from":"0","to":"4","reason":"retention"/);
    await assertExactlyOnce(store, log);
  });

  it('writes a gap record for offsets that Kafka never had, after committing the rows before them', async () => {
    const store = new MemoryHdfs();
    await load(store, withHole());
    const gaps = await listGaps(store, ROOT, 'chat');
    assert.deepEqual(
      gaps.map(({ from, to }) => [from, to]),
      [[3n, 5n]],
    );
    await assertExactlyOnce(store, withHole());
  });

  it('fails with the remedy if the log ends before its position', async () => {
    const store = new MemoryHdfs();
    await load(store, tenRecords());
    const { failure } = await load(store, logOf([record(0, at('15:30:00'))]));
    assert.ok(failure instanceof FactError && !failure.retryable);
    assert.match(failure.message, /continue at offset 10, .* found its end at 1\..* Move the old red away/s);
  });

  it('fails with the remedy if the topic was recreated and has grown past its position', async () => {
    const store = new MemoryHdfs();
    await load(store, tenRecords());
    const later = logOf(Array.from({ length: 20 }, (_, offset) => record(offset, at('17:00:00'))));
    const { failure } = await load(store, later);
    assert.ok(failure instanceof FactError && !failure.retryable);
    assert.match(
      failure.message,
      /found a record at 0 that was appended after 2026-11-25T15, the hour of its newest tile/,
    );
    assert.equal((await names(store)).length, 3);
  });

  it('fails at once on a permanent error, and after several attempts on any other', async () => {
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
});
