import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import type { Kafka } from 'kafkajs';
import { createLineProducer } from '../../activities/collect/line-producer.ts';
import { createDatabases } from '../../activities/duckdb/database.ts';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { ensureTopics, topicSpecs, withAdmin } from '../../activities/kafka/admin.ts';
import { createKafka } from '../../activities/kafka/client.ts';
import { silentLog } from '../../common/log.ts';
import { readTopic } from '../activities/kafka/real-kafka.ts';
import { startLoader, waitUntilLoaded } from '../activities/load/installation.ts';
import type { Installation } from '../activities/load/installation.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { Random } from '../simulation/random.ts';
import { assertExactlyOnce } from '../zombies/exactly-once.ts';
import { startHdfsPair } from './hdfs-pair.ts';
import type { HdfsPair } from './hdfs-pair.ts';
import { startKafkaBrokers } from './kafka-brokers.ts';
import type { KafkaBrokers } from './kafka-brokers.ts';

/** Repeat a run with its number: SEED=7. */
const SEED = Number(process.env['SEED'] ?? Date.now() % 100_000);
const FAULTS = 8;
const LOADERS = 2;

describe(`three brokers and two NameNodes (SEED=${SEED})`, function () {
  this.timeout(600_000);
  const directory = mkdtempSync(join(tmpdir(), 'failovers-'));
  const random = new Random(SEED);
  let brokers: KafkaBrokers;
  let nameNodes: HdfsPair;
  let kafka: Kafka;
  let installation: Installation;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    [brokers, nameNodes] = await Promise.all([
      startKafkaBrokers(join(directory, 'kafka')),
      startHdfsPair(join(directory, 'hdfs')),
    ]);
    kafka = createKafka({ brokers: brokers.brokers, clientId: 'test', log: silentLog });
    const hdfs = createHdfs({ urls: Object.values(nameNodes.urls), user: nameNodes.user, log: silentLog });
    const topics = { chat: 'chat', coverage: 'coverage' };
    const specs = topicSpecs(topics, { chatPartitions: 3, replicationFactor: -1 });
    await ensureTopics(kafka, { topics: specs, log: silentLog });
    const scratchDirectory = join(directory, 'scratch');
    const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory });
    const loading = { groupId: 'load', root: '/lake', rotateSeconds: 0.5, scratchDirectory, withDatabase };
    const options = { kafka, hdfs, topics, log: silentLog, ...loading };
    installation = { kafka, hdfs, topics, options, remove: () => Promise.resolve() };
  });

  after(async () => {
    await Promise.all([brokers.stop(), nameNodes.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  const partitionsOf = (topic: string) =>
    withAdmin(
      kafka,
      async (admin) => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions ?? [],
    );
  const leaderOf = async (topic: string): Promise<number> => (await partitionsOf(topic))[0]?.leader ?? 0;
  const hasLeader = async (topic: string): Promise<boolean> =>
    (await partitionsOf(topic)).every(({ leader }) => leader > 0);
  const copiesInSync = async (): Promise<number> =>
    Math.min(...(await partitionsOf('chat')).map(({ isr }) => isr.length));

  it('have topics with three copies, two of which must have a line', async () => {
    for (const topic of ['chat', 'coverage'])
      for (const { replicas } of await partitionsOf(topic)) assert.equal(replicas.length, 3);
    const { resources } = await withAdmin(kafka, (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: 'chat', configNames: ['min.insync.replicas'] }],
      }),
    );
    assert.equal(resources[0]?.configEntries[0]?.configValue, '2');
  });

  it('lose and double no line when leaders and NameNodes are killed, and a broker is gone', async () => {
    const sending = startSending(installation);
    const stopping = new AbortController();
    const loading = Array.from({ length: LOADERS }, () => loadUntil(stopping.signal, installation));

    let active: 'nn1' | 'nn2' = 'nn1';
    const other = () => (active === 'nn1' ? 'nn2' : 'nn1');
    const killLeader = async (topic: string): Promise<void> => {
      const leader = await leaderOf(topic);
      brokers.kill(leader);
      await waitFor(`another leader of ${topic}`, async () => {
        return (await hasLeader(topic)) && (await leaderOf(topic)) !== leader;
      });
      await waitFor('all copies', async () => (await copiesInSync()) === 3);
    };
    const faults: Record<string, () => Promise<void>> = {
      'the leader of the lines is killed': () => killLeader('chat'),
      'the coordinator of the loaders is killed': () => killLeader('__consumer_offsets'),
      'the active NameNode is killed': async () => {
        const killed = active;
        nameNodes.kill(killed);
        await nameNodes.activate(other());
        active = other();
        await waitFor('the killed one to be a standby', () => nameNodes.isStandby(killed));
      },
      'the other NameNode becomes active': async () => {
        await nameNodes.deactivate(active);
        await nameNodes.activate(other());
        active = other();
      },
    };
    const moreLines = async (count: number): Promise<void> => {
      const goal = sending.count() + count;
      await waitFor('more lines', () => sending.count() >= goal);
    };

    await waitFor('a group of loaders', () => hasLeader('__consumer_offsets'));
    for (let number = 0; number < FAULTS; number++) {
      const name = random.pick(Object.keys(faults));
      console.log(`      ${name}`);
      await faults[name]?.();
      await moreLines(random.between(100, 2_000));
    }
    await brokers.remove(await leaderOf('chat'));
    await moreLines(2_000);

    const sent = await sending.stop();
    await waitUntilLoaded(installation);
    stopping.abort();
    await Promise.all(loading);
    await assertExactlyOnce(installation);
    const records = await readTopic(kafka, 'chat');
    const held = new Set(records.map(({ value }) => /id=([\w-]+)/.exec(String(value))?.[1]));
    assert.deepEqual(
      sent.filter((id) => !held.has(id)),
      [],
    );
    console.log(`      ${sent.length} lines sent, ${records.length} records`);
  });
});

/** Sends a thousand lines a second, as a collector does. */
function startSending({ kafka, topics }: Installation) {
  const producer = createLineProducer({ kafka, topics, collector: 'c1', log: silentLog });
  const sent: string[] = [];
  const timer = setInterval(() => {
    for (let index = 0; index < 20; index++) {
      const id = randomUUID();
      sent.push(id);
      const line = Buffer.from(`@id=${id} :a!a@a PRIVMSG #b :안녕`);
      producer.send({ key: `key-${index}`, line, receivedAtMs: Date.now(), isMessage: true });
    }
  }, 20);
  return {
    count: () => sent.length,
    /** Waits for all acknowledgements. @returns the ids */
    stop: async (): Promise<string[]> => {
      clearInterval(timer);
      await producer.flush();
      await producer.close();
      return sent;
    },
  };
}

/** Loads, and starts again after a failure, as Temporal does. */
async function loadUntil(signal: AbortSignal, { options }: Installation): Promise<void> {
  while (!signal.aborted) {
    const loader = startLoader(options);
    const stop = (): void => void loader.stop().catch(() => {});
    signal.addEventListener('abort', stop);
    await loader.ended.catch(() => {});
    signal.removeEventListener('abort', stop);
  }
}
