import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { CancelledFailure } from '@temporalio/common';
import type { ApplicationFailure } from '@temporalio/common';
import { localDisk } from '../../../common/disk.ts';
import { FactError } from '../../../activities/errors.ts';
import { HdfsError } from '../../../activities/hdfs/error.ts';
import { withAdmin } from '../../../activities/kafka/admin.ts';
import { compactRedHour } from '../../../activities/compact/compaction.ts';
import { compactionsDirectory } from '../../../activities/red/epochs.ts';
import { listGaps } from '../../../activities/red/gaps.ts';
import { createLoadActivities } from '../../../activities/load/index.ts';
import type { LoadStatus } from '../../../activities/load/index.ts';
import { listHours } from '../../../activities/red/list-tiles.ts';
import { createUnionFiles } from '../../../activities/compact/union-files.ts';
import { hourOf } from '../../../workflows/hour.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { deleteRecords, freshTopics } from '../kafka/real-kafka.ts';
import { listAllTiles } from '../red/all-tiles.ts';
import { InterruptedHdfs } from './interrupted-hdfs.ts';
import {
  assertRedEqualsKafka,
  createInstallation,
  load,
  sendLines,
  startLoader,
  waitUntilLoaded,
} from './installation.ts';
import type { Installation } from './installation.ts';

describe('runLoader(options, signal), with Kafka and HDFS', function () {
  this.timeout(180_000);
  let installation: Installation;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    await (await createInstallation()).remove();
  });

  beforeEach(async () => {
    installation = await createInstallation();
  });

  afterEach(async () => {
    const leftovers = await readdir(installation.options.scratchDirectory);
    assert.deepEqual(
      leftovers.filter((name) => name.startsWith('tiles-')),
      [],
      'no local file is left',
    );
    await installation.remove();
  });

  const tileCount = async () => {
    const { hdfs, options } = installation;
    return (await listAllTiles(hdfs, options.root, 'chat')).length;
  };

  it('loads each record of both topics once, and resumes where it stopped', async () => {
    await sendLines(installation, 3_000);
    await load(installation);
    await sendLines(installation, 500);
    await load(installation);
    await assertRedEqualsKafka(installation);
    assert.ok((await tileCount()) >= 4, 'two loads of two partitions');
  });

  it('resumes in an hour that was compacted', async () => {
    const { hdfs, options } = installation;
    const compactAll = async () => {
      const unionFiles = createUnionFiles(options.withDatabase);
      for (const hour of await listHours(hdfs, options.root, 'chat')) {
        await compactRedHour({ ...options, unionFiles, disk: localDisk }, hour, new AbortController().signal);
      }
    };
    for (const count of [500, 300, 200]) {
      await sendLines(installation, count);
      await load(installation);
      const before = await tileCount();
      await compactAll();
      assert.ok((await tileCount()) <= before);
      await assertRedEqualsKafka(installation);
    }
    assert.ok((await tileCount()) <= 2 * (await listHours(hdfs, options.root, 'chat')).length);
    assert.deepEqual(await hdfs.list(compactionsDirectory(options.root)), []);
  });

  it('commits by size during a long backlog, within its memory limit', async () => {
    await sendLines(installation, 5_000);
    const loader = startLoader({
      ...installation.options,
      maxSpoolBytes: 100_000,
      maxMemoryBytes: 50_000,
      rotateSeconds: 1_000,
    });
    await loader.until('more than eight tiles', async () => (await tileCount()) > 8);
    await loader.stop();
    await load(installation);
    await assertRedEqualsKafka(installation);
  });

  it('commits its spools when it is stopped', async () => {
    await sendLines(installation, 100);
    const loader = startLoader({ ...installation.options, rotateSeconds: 1_000 });
    await loader.until('the rows to be read', async () => {
      const { hdfs, options } = installation;
      // Epochs exist: the last visible step before it reads.
      return (await hdfs.list(`${options.root}/red/.epochs/chat`)).length === 2;
    });
    await loader.stop();
    await load(installation);
    await assertRedEqualsKafka(installation);
  });

  it('shares the partitions with loaders that start and stop', async () => {
    const loaders = [startLoader(installation.options)];
    await sendLines(installation, 500);
    loaders.push(startLoader(installation.options));
    for (let round = 0; round < 4; round++) await sendLines(installation, 300);
    await waitUntilLoaded(installation);
    await loaders.shift()?.stop();
    await sendLines(installation, 300);
    await waitUntilLoaded(installation);
    await loaders.shift()?.stop();
    await assertRedEqualsKafka(installation);
  });

  it('stops a frozen loader from committing after another took over', async () => {
    await sendLines(installation, 400);
    const frozen = new InterruptedHdfs(installation.hdfs, 0, 'freezeBefore', 'upload');
    const zombie = startLoader({
      ...installation.options,
      groupId: `${installation.options.groupId}-zombie`,
      hdfs: frozen.hdfs,
    });
    await frozen.frozen.promise;
    await load(installation);
    await sendLines(installation, 100);
    frozen.release();
    await zombie.stop();
    await load(installation);
    await assertRedEqualsKafka(installation);
  });

  it('resumes after a process died during a commit', async () => {
    await sendLines(installation, 400);
    for (const at of [0, 2, 4]) {
      const dying = new InterruptedHdfs(installation.hdfs, at, 'dieAfter', 'upload');
      const loader = startLoader({ ...installation.options, hdfs: dying.hdfs });
      await loader.until('its death', async () => dying.isDead);
      await loader.stop();
      await sendLines(installation, 50);
    }
    await load(installation);
    await assertRedEqualsKafka(installation);
  });

  it('records a gap if retention removed records before or during the load', async () => {
    const { kafka, hdfs, topics, options } = installation;
    await sendLines(installation, 200);
    await deleteRecords(kafka, topics.chat, 0, 5n);
    await load(installation);
    await sendLines(installation, 200);
    await deleteRecords(kafka, topics.chat, 1, 1n);
    const [end] = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topics.chat)).then((all) =>
      all.filter(({ partition }) => partition === 0),
    );
    await deleteRecords(kafka, topics.chat, 0, BigInt(end?.high ?? 0) - 1n);
    await load(installation);
    const gaps = (await listGaps(hdfs, options.root, 'chat')).filter((gap) => gap.partition === 0);
    assert.equal(gaps.length, 2);
    assert.deepEqual([gaps[0]?.from, gaps[0]?.to], [0n, 5n]);
    assert.deepEqual([gaps[1]?.to], [BigInt(end?.high ?? 0) - 1n]);
  });

  it('stops with the remedy when a topic was recreated', async () => {
    const { options } = installation;
    await sendLines(installation, 100);
    await load(installation);
    const topics = await freshTopics(installation.kafka, 2);
    const loader = startLoader({ ...options, topics: { ...topics }, groupId: `${options.groupId}-new` });
    await assert.rejects(loader.ended, (error) => {
      assert.ok(error instanceof FactError && !error.retryable);
      assert.match(error.message, /found its end at 0\. The topic was recreated/);
      return true;
    });
    await withAdmin(installation.kafka, (admin) => admin.deleteTopics({ topics: Object.values(topics) as string[] }));
  });

  it('fails with the reason if a topic does not exist', async () => {
    const topics = { chat: 'there-is-no-such-topic', coverage: installation.topics.coverage };
    const kafka = installation.kafka;
    const loader = startLoader({ ...installation.options, kafka, topics });
    await assert.rejects(loader.ended, (error) => error instanceof FactError && error.retryable);
  });
});

describe('createLoadActivities(options)', function () {
  this.timeout(180_000);
  let installation: Installation;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    installation = await createInstallation();
  });

  after(() => installation.remove());

  it('loads with heartbeats until it is cancelled, and ends as cancelled', async () => {
    const said: { summary: string; trouble: string | null }[] = [];
    const reportHealth = async (health: (typeof said)[number]): Promise<void> => void said.push(health);
    const activities = createLoadActivities({ ...installation.options, reportHealth });
    const readLoadStatus = (): Promise<LoadStatus> => new MockActivityEnvironment().run(activities.readLoadStatus);
    await sendLines(installation, 300);
    const before = await readLoadStatus();
    assert.deepEqual(
      before.partitions.map(({ table, partition }) => [table, partition]),
      [
        ['chat', 0],
        ['chat', 1],
        ['coverage', 0],
      ],
    );
    assert.equal(total(before, 'lag'), 301);

    const environment = new MockActivityEnvironment();
    let heartbeats = 0;
    environment.on('heartbeat', () => heartbeats++);
    const run = environment.run(() => activities.loadTopics());
    await Promise.race([waitUntilLoaded(installation), run]);
    environment.cancel();
    await assert.rejects(run, (error) => error instanceof CancelledFailure);
    assert.ok(heartbeats > 0);

    const status = await readLoadStatus();
    assert.deepEqual([total(status, 'nextOffset'), total(status, 'endOffset'), total(status, 'lag')], [301, 301, 0]);
    for (const { tiles, lastAppendedAt, nextOffset } of status.partitions) {
      assert.equal(tiles > 0, nextOffset !== '0');
      if (lastAppendedAt !== null) assert.ok(hourOf(Date.parse(lastAppendedAt)) <= hourOf(Date.now() + 60_000));
    }
    assert.ok(status.partitions.some(({ lastAppendedAt }) => lastAppendedAt !== null));
    assert.deepEqual(said, [
      { summary: '301 records of Kafka are not stored yet', trouble: null },
      { summary: 'all records of Kafka are stored', trouble: null },
    ]);
    await assertRedEqualsKafka(installation);
  });

  it('is tried again while HDFS refuses it, so that loading goes on when its permissions are mended', async () => {
    const hdfs = Object.create(installation.options.hdfs) as typeof installation.options.hdfs;
    hdfs.mkdirs = () => Promise.reject(new HdfsError('forbidden', 'Permission denied: user=chatlake'));
    await sendLines(installation, 10);
    const { loadTopics } = createLoadActivities({ ...installation.options, hdfs });
    await assert.rejects(
      activityEnvironment().run(loadTopics),
      (error: ApplicationFailure) => error.nonRetryable !== true && /Permission denied/.test(error.message),
    );
  });

  it('reports a tiling fault and the remedy to health', async () => {
    const said: { trouble: string | null }[] = [];
    const { readLoadStatus } = createLoadActivities({
      ...installation.options,
      reportHealth: async (health) => void said.push(health),
    });
    const [tile] = await installation.hdfs.list(`${installation.options.root}/red/chat`);
    assert.ok(tile);
    await installation.hdfs.writeText(`${tile.path}/p0-900000-900001.parquet`, 'no row', { createParent: false });
    await new MockActivityEnvironment().run(readLoadStatus);
    assert.match(
      said[0]?.trouble ?? '',
      /^red has a hole or an overlap: chat partition 0: .* See docs\/operating\.md\.$/,
    );
  });

  const total = (status: LoadStatus, field: 'lag' | 'nextOffset' | 'endOffset') =>
    status.partitions.reduce((sum, partition) => sum + Number(partition[field]), 0);
});
