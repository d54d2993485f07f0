import assert from 'node:assert/strict';
import { withAdmin } from '../../activities/kafka/admin.ts';
import { createInstallation, waitUntilLoaded } from '../activities/load/installation.ts';
import type { Installation } from '../activities/load/installation.ts';
import { readTopic } from '../activities/kafka/real-kafka.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { assertExactlyOnce } from './exactly-once.ts';
import { startLoaderProcess } from './loader-processes.ts';
import type { LoaderProcess } from './loader-processes.ts';
import { startProducing } from './steady-producer.ts';
import type { SteadyProducer } from './steady-producer.ts';
import { startWatchedLoader } from './watched-loader.ts';
import type { WatchedLoader } from './watched-loader.ts';

/** Time limit for a state that the group must agree on, on a busy machine. */
const PATIENCE_MS = 180_000;
const CHAT_PARTITIONS = 4;
const ALL_PARTITIONS = CHAT_PARTITIONS + 1;

/**
 * The loaders are processes, which can really be frozen and killed, at a moment of a commit that the test
 * chooses by their requests to HDFS. Loaders that are frozen or killed together share one wait for the end of their sessions.
 */
describe('loader processes, while lines keep coming', function () {
  this.timeout(600_000);
  let installation: Installation;
  let producer: SteadyProducer;
  const watched: WatchedLoader[] = [];
  const others: LoaderProcess[] = [];

  beforeEach(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    installation = await createInstallation(CHAT_PARTITIONS);
    producer = await startProducing(installation);
  });

  afterEach(async () => {
    await producer.stop();
    await Promise.all(watched.splice(0).map((loader) => loader.remove()));
    for (const loader of others) loader.kill();
    await Promise.all(others.splice(0).map(({ ended }) => ended));
    await installation.remove();
  });

  /** Starts loaders, and waits until each has partitions. */
  async function startWatched(count: number): Promise<WatchedLoader[]> {
    for (let number = 0; number < count; number++) watched.push(await startWatchedLoader(installation));
    await waitFor(
      'the partitions to be distributed',
      () =>
        watched.every((loader) => loader.assigned() > 0) &&
        watched.reduce((sum, loader) => sum + loader.assigned(), 0) === ALL_PARTITIONS,
      PATIENCE_MS,
    );
    return watched;
  }

  async function startOther(more: { groupId?: string } = {}): Promise<LoaderProcess> {
    const loader = await startLoaderProcess(installation, more);
    others.push(loader);
    return loader;
  }

  /** Red gets all records that Kafka has now, while more arrive. */
  const catchesUp = () => waitUntilLoaded(installation);

  /** Stops the producer. The loaders load the rest and stop. Red then has the records of Kafka, each offset once. */
  async function endsExactlyOnce(loaders: LoaderProcess[]): Promise<void> {
    await producer.stop();
    await waitUntilLoaded(installation);
    await Promise.all(loaders.map((loader) => loader.stop()));
    await assertExactlyOnce(installation);
    // kafkajs sends a batch again if its answer is late, so Kafka itself may hold a line twice. Each line is unique.
    const held = await readTopic(installation.kafka, installation.topics.chat);
    const lines = new Set(held.map(({ value }) => value?.toString()));
    assert.equal(lines.size, producer.acknowledged(), 'every line that was sent is there');
  }

  it('one that freezes during a commit until its session ends commits nothing when it wakes: another has taken over', async () => {
    const [beforeUpload, beforeRename] = (await startWatched(2)) as [WatchedLoader, WatchedLoader];
    const zombies = [beforeUpload, beforeRename];
    const freezeAt = (zombie: WatchedLoader, node: 'NameNode' | 'DataNode') =>
      zombie.atNext({ op: 'CREATE', node }, () => {
        zombie.freeze();
        return 'pass';
      });
    await Promise.all([freezeAt(beforeUpload, 'NameNode'), freezeAt(beforeRename, 'DataNode')]);
    const heir = await startOther();
    await catchesUp();
    assert.equal(heir.assigned(), ALL_PARTITIONS);

    for (const zombie of zombies) zombie.requests.length = 0;
    const memberships = zombies.map((zombie) => zombie.said('partitions assigned'));
    for (const zombie of zombies) zombie.wake();
    await waitFor('the upload of the one', () => beforeUpload.requests.includes('CREATE DataNode'), PATIENCE_MS);
    await waitFor('the rename of the other', () => beforeRename.requests.includes('RENAME NameNode'), PATIENCE_MS);
    await waitFor(
      'both to be members again',
      () => zombies.every((zombie, index) => zombie.said('partitions assigned') > (memberships[index] ?? 0)),
      PATIENCE_MS,
    );
    await catchesUp();
    await endsExactlyOnce([...zombies, heir]);
  });

  it('two in different groups by mistake fence each other, and each row is stored once', async () => {
    const groupId = `${installation.options.groupId}-second`;
    const [first, second] = [await startOther(), await startOther({ groupId })];
    const wasFenced = (loader: LoaderProcess) => loader.said('another loader has taken over the partition') > 0;
    await waitFor('each to have fenced the other', () => [first, second].every(wasFenced), PATIENCE_MS);
    await first.stop();
    await catchesUp();
    await endsExactlyOnce([second]);
    await withAdmin(installation.kafka, (admin) => admin.deleteGroups([groupId]));
  });

  it('one killed during a commit is replaced by another, whatever the outcome of its rename', async () => {
    const [unsent, unanswered, late] = (await startWatched(3)) as [WatchedLoader, WatchedLoader, WatchedLoader];
    const rename = { op: 'RENAME', node: 'NameNode' } as const;
    await Promise.all([
      unsent.atNext(rename, () => {
        unsent.kill();
        return 'loseRequest';
      }),
      unanswered.atNext(rename, () => {
        unanswered.requests.length = 0;
        unanswered.kill();
        return 'loseAnswer';
      }),
      late.atNext(rename, () => {
        late.requests.length = 0;
        late.kill();
        void late.network.hold('toServer');
        return 'pass';
      }),
    ]);
    for (const { requests } of [unanswered, late]) {
      await waitFor('its rename to be forwarded', () => requests.includes('RENAME NameNode'));
    }
    const heir = await startOther();
    await catchesUp();
    assert.equal(heir.assigned(), ALL_PARTITIONS);

    // Now the rename of the dead loader reaches the NameNode.
    const { toClient } = late.network.counts;
    await late.network.pass();
    await waitFor('the late rename to be answered', () => late.network.openConnections === 0);
    assert.ok(late.network.counts.toClient > toClient);
    await endsExactlyOnce([heir]);
  });
});
