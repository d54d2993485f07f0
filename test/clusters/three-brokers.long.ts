import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { hdfs as hdfsServer, SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { assertExactlyOnce } from '../zombies/exactly-once.ts';
import { startKafkaBrokers } from './kafka-brokers.ts';
import type { KafkaBrokers } from './kafka-brokers.ts';

describe('Kafka with three brokers', function () {
  this.timeout(180_000);
  const directory = mkdtempSync(join(tmpdir(), 'three-brokers-'));
  let cluster: KafkaBrokers;
  let kafka: Kafka;
  let installation: Installation;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    const [started, { url, user }] = await Promise.all([startKafkaBrokers(join(directory, 'kafka')), hdfsServer()]);
    cluster = started;
    kafka = createKafka({ brokers: cluster.brokers, clientId: 'test', log: silentLog });
    const hdfs = createHdfs({ urls: [url], user, log: silentLog });
    const topics = { chat: 'chat', coverage: 'coverage' };
    await ensureTopics(kafka, {
      topics: topicSpecs(topics, { chatPartitions: 3, replicationFactor: -1 }),
      log: silentLog,
    });
    const scratchDirectory = join(directory, 'scratch');
    const options = {
      kafka,
      hdfs,
      root: `/test-brokers-${randomUUID()}`,
      topics,
      groupId: 'load',
      withDatabase: createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory }),
      scratchDirectory,
      rotateSeconds: 0.5,
      log: silentLog,
    };
    installation = {
      kafka,
      hdfs,
      topics,
      options,
      remove: async () => void (await hdfs.remove(options.root, { recursive: true })),
    };
  });

  after(async () => {
    await installation.remove();
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const partitionsOf = (topic: string) =>
    withAdmin(
      kafka,
      async (admin) => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions ?? [],
    );

  it('gets topics with three copies, two of which must have a line', async () => {
    for (const { replicas } of await partitionsOf('chat')) assert.equal(replicas.length, 3);
    await assertMinimum('2');
  });

  async function assertMinimum(expected: string): Promise<void> {
    const { resources } = await withAdmin(kafka, (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: 2, name: 'chat', configNames: ['min.insync.replicas'] }],
      }),
    );
    assert.equal(resources[0]?.configEntries[0]?.configValue, expected);
  }

  it('loses and doubles no line when leaders are killed, and when a broker is gone', async () => {
    const producer = createLineProducer({ kafka, topics: installation.topics, collector: 'c1', log: silentLog });
    const sent: string[] = [];
    const sending = setInterval(() => {
      for (let index = 0; index < 20; index++) {
        const id = randomUUID();
        sent.push(id);
        const line = Buffer.from(`@id=${id} :a!a@a PRIVMSG #b :안녕`);
        producer.send({ key: `key-${index}`, line, receivedAtMs: Date.now(), isMessage: true });
      }
    }, 20);
    const stopping = new AbortController();
    const loading = (async () => {
      while (!stopping.signal.aborted) {
        const loader = startLoader(installation.options);
        const stop = () => void loader.stop().catch(() => {});
        stopping.signal.addEventListener('abort', stop);
        await loader.ended.catch(() => {});
      }
    })();

    const leaderOf = async (topic: string): Promise<number> => (await partitionsOf(topic))[0]?.leader ?? 0;
    const inSync = async (count: number): Promise<boolean> =>
      (await partitionsOf('chat')).every(({ isr }) => isr.length >= count);
    for (const topic of ['chat', '__consumer_offsets']) {
      await waitFor('all copies', () => inSync(3), 60_000);
      const leader = await waitFor('a leader', async () => (await leaderOf(topic)) || undefined);
      cluster.kill(leader);
      await waitFor(`another leader of ${topic}`, async () => ![0, -1, leader].includes(await leaderOf(topic)));
    }
    await waitFor('all copies', () => inSync(3), 60_000);
    await cluster.remove(await leaderOf('chat'));
    const sentBefore = sent.length;
    await waitFor('more lines', () => sent.length > sentBefore + 500);

    clearInterval(sending);
    await producer.flush();
    await producer.close();
    await waitUntilLoaded(installation);
    stopping.abort();
    await loading;
    await assertExactlyOnce(installation);
    const held = new Set((await readTopic(kafka, 'chat')).map(({ value }) => /id=([\w-]+)/.exec(String(value))?.[1]));
    assert.deepEqual(
      sent.filter((id) => !held.has(id)),
      [],
    );
  });
});
