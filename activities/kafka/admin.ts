import kafkajs from 'kafkajs';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import type { Topics } from './topics.ts';

/** The offset of one partition. */
interface PartitionOffset {
  partition: number;
  offset: bigint;
}

/** What a topic must be. */
interface TopicWish {
  name: string;
  /** So many partitions or more. A key's partition depends on the count: change it only while no collector runs. */
  partitions: number;
  /** Copies of each record, of a topic made here; -1 for 3, or the number of brokers where there are fewer. */
  replicationFactor: number;
}

/**
 * A line has at most 64 KiB (the scanner's limit) and a batch of the line producer about 900 KB: a topic that takes Kafka's usual
 * 1 MiB can therefore never refuse one as too large.
 */
const leastMaxMessageBytes = 1_000_000;

/** The two topics of an installation, as the design wants them. */
export function topicWishes(
  topics: Topics,
  options: { chatPartitions: number; replicationFactor: number },
): TopicWish[] {
  const { chatPartitions, ...rest } = options;
  return [
    { name: topics.chat, partitions: chatPartitions, ...rest },
    { name: topics.coverage, partitions: 1, ...rest },
  ];
}

/**
 * Makes the topics that are missing (with append times, never compacted) and checks those that exist. Safe to run twice, and at the same
 * time as another.
 * @throws FactError (not retryable) naming each setting that is not as expected
 */
export async function ensureTopics(kafka: Kafka, options: { topics: TopicWish[]; log: Log }): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = options.topics.filter((topic) => !existing.has(topic.name));
    if (missing.length > 0) {
      const { brokers } = await admin.describeCluster();
      await admin.createTopics({ topics: missing.map((wish) => newTopic(wish, brokers.length)), waitForLeaders: true });
      options.log.info('made topics', { topics: missing.map((topic) => topic.name) });
    }
    const faults = (await Promise.all(options.topics.map((topic) => checkTopic(admin, topic)))).flat();
    if (faults.length > 0) throw new FactError(faults.join('\n'), { facts: { faults }, retryable: false });
  });
}

/** Where there are three copies or more, two must have a record before it counts as acknowledged. */
function newTopic(wish: TopicWish, brokers: number): ITopicConfig {
  const replicationFactor = wish.replicationFactor === -1 ? Math.min(3, brokers) : wish.replicationFactor;
  const configEntries = [
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    { name: 'cleanup.policy', value: 'delete' },
  ];
  if (replicationFactor >= 3) configEntries.push({ name: 'min.insync.replicas', value: '2' });
  return { topic: wish.name, numPartitions: wish.partitions, replicationFactor, configEntries };
}

async function checkTopic(admin: Admin, wish: TopicWish): Promise<string[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [wish.name] });
  const partitions = topics[0]?.partitions.length ?? 0;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: wish.name }],
  });
  const config = new Map(resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]));
  const faults: string[] = [];
  const expect = (holds: boolean, expectation: string, finding: string, remedy: string) => {
    if (!holds) faults.push(`Expected the topic \`${wish.name}\` to have ${expectation}, found ${finding}. ${remedy}`);
  };
  const setting = (name: string, holds: (value: string) => boolean, wanted: string) => {
    const value = config.get(name) ?? 'nothing';
    const remedy = `Set it with \`kafka-configs --alter --topic ${wish.name} --add-config ${name}=${wanted}\`.`;
    expect(holds(value), `\`${name}\` ${wanted}`, `\`${value}\``, remedy);
  };
  expect(
    partitions >= wish.partitions,
    `${wish.partitions} partitions or more`,
    String(partitions),
    'Add partitions while no collector runs, or ask for fewer.',
  );
  setting('message.timestamp.type', (value) => value === 'LogAppendTime', 'LogAppendTime');
  setting('cleanup.policy', (value) => value === 'delete', 'delete');
  setting('max.message.bytes', (value) => Number(value) >= leastMaxMessageBytes, '1048588');
  return faults;
}

/**
 * For each partition the first offset whose record was appended at `timeMs` or later; the end of the partition where there is none (also
 * for a time in the future). Milliseconds since 1970.
 */
export async function listOffsetsByTime(kafka: Kafka, topic: string, timeMs: number): Promise<PartitionOffset[]> {
  const found = await withAdmin(kafka, (admin) => admin.fetchTopicOffsetsByTimestamp(topic, Math.floor(timeMs)));
  return found
    .map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }))
    .sort((a, b) => a.partition - b.partition);
}

/** Runs `work` with a connected admin and disconnects it, whatever comes. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
