import kafkajs from 'kafkajs';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import { orConnectionFault } from './connection-fault.ts';
import { checkCopies } from './topic-copies.ts';
import type { CopyFindings } from './topic-copies.ts';
import type { Topics } from './topics.ts';

/** The offset of one partition. */
interface PartitionOffset {
  partition: number;
  offset: bigint;
}

/** The settings that a topic must have. */
interface TopicSpec {
  name: string;
  /** At least this many partitions. A key's partition depends on the count: change it only while no collector runs. */
  partitions: number;
  /** Replication factor of a topic that we create; -1 for 3, or the number of brokers if there are fewer. */
  replicationFactor: number;
}

/**
 * A line has at most 64 KiB (the scanner's limit) and a producer batch about 900 KB, so a topic with Kafka's default of 1 MiB never rejects
 * one as too large.
 */
const MIN_MAX_MESSAGE_BYTES = 1_000_000;

/** The two topics of an installation. */
export function topicSpecs(
  topics: Topics,
  options: { chatPartitions: number; replicationFactor: number },
): TopicSpec[] {
  const { chatPartitions, ...rest } = options;
  return [
    { name: topics.chat, partitions: chatPartitions, ...rest },
    { name: topics.coverage, partitions: 1, ...rest },
  ];
}

/**
 * Creates missing topics (LogAppendTime, never compacted) and checks existing ones. Idempotent, also when two processes run it at once.
 * @throws FactError (not retryable) that names each wrong setting
 */
export async function ensureTopics(kafka: Kafka, options: { topics: TopicSpec[]; log: Log }): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = options.topics.filter((topic) => !existing.has(topic.name));
    const { brokers } = await admin.describeCluster();
    if (missing.length > 0) {
      await admin.createTopics({ topics: missing.map((spec) => newTopic(spec, brokers.length)), waitForLeaders: true });
      options.log.info('created topics', { topics: missing.map((topic) => topic.name) });
    }
    const found = await Promise.all(options.topics.map((topic) => checkTopic(admin, topic, brokers.length)));
    for (const warning of found.flatMap(({ warnings }) => warnings)) options.log.warn(warning);
    const faults = found.flatMap((it) => it.faults);
    if (faults.length > 0) throw new FactError(faults.join('\n'), { facts: { faults }, retryable: false });
  });
}

/** With a replication factor of 3 or more, two replicas must have a record before it is acknowledged. */
function newTopic(spec: TopicSpec, brokers: number): ITopicConfig {
  const replicationFactor = spec.replicationFactor === -1 ? Math.min(3, brokers) : spec.replicationFactor;
  const configEntries = [
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    { name: 'cleanup.policy', value: 'delete' },
  ];
  if (replicationFactor >= 3) configEntries.push({ name: 'min.insync.replicas', value: '2' });
  return { topic: spec.name, numPartitions: spec.partitions, replicationFactor, configEntries };
}

async function checkTopic(admin: Admin, spec: TopicSpec, brokers: number): Promise<CopyFindings> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [spec.name] });
  const found = topics[0]?.partitions ?? [];
  const partitions = found.length;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: spec.name }],
  });
  const config = new Map(resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]));
  const faults: string[] = [];
  const expect = (holds: boolean, expectation: string, finding: string, remedy: string) => {
    if (!holds) faults.push(`Expected the topic \`${spec.name}\` to have ${expectation}, found ${finding}. ${remedy}`);
  };
  const setting = (name: string, holds: (value: string) => boolean, wanted: string) => {
    const value = config.get(name) ?? 'nothing';
    const remedy = `Set it with \`kafka-configs --alter --topic ${spec.name} --add-config ${name}=${wanted}\`.`;
    expect(holds(value), `\`${name}\` ${wanted}`, `\`${value}\``, remedy);
  };
  expect(
    partitions >= spec.partitions,
    `${spec.partitions} partitions or more`,
    String(partitions),
    'Add partitions while no collector runs.',
  );
  setting('message.timestamp.type', (value) => value === 'LogAppendTime', 'LogAppendTime');
  setting('cleanup.policy', (value) => value === 'delete', 'delete');
  setting('max.message.bytes', (value) => Number(value) >= MIN_MAX_MESSAGE_BYTES, '1048588');
  const minInSync = config.get('min.insync.replicas');
  const copies = checkCopies({
    topic: spec.name,
    copies: Math.min(...found.map(({ replicas }) => replicas.length)),
    minInSync: minInSync === undefined ? undefined : Number(minInSync),
    brokers,
  });
  return { faults: [...faults, ...copies.faults], warnings: copies.warnings };
}

/**
 * How long Kafka may keep a record of a topic, in milliseconds; undefined if for ever. Kafka deletes whole segments, so a record can stay as
 * long as its segment is open, too.
 */
export async function readLongestRetentionMs(kafka: Kafka, topic: string): Promise<number | undefined> {
  const { resources } = await withAdmin(kafka, (admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms', 'segment.ms'] },
      ],
    }),
  );
  const config = new Map(resources[0]?.configEntries.map((entry) => [entry.configName, Number(entry.configValue)]));
  const [kept = -1, open = 0] = [config.get('retention.ms'), config.get('segment.ms')];
  return kept < 0 ? undefined : kept + open;
}

/**
 * For each partition, the first offset whose record was appended at `timeMs` or later, or the end of the partition if there is none (also
 * for a time in the future). Milliseconds since 1970.
 */
export async function listOffsetsByTime(kafka: Kafka, topic: string, timeMs: number): Promise<PartitionOffset[]> {
  const found = await withAdmin(kafka, (admin) => admin.fetchTopicOffsetsByTimestamp(topic, Math.floor(timeMs)));
  return found
    .map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }))
    .sort((a, b) => a.partition - b.partition);
}

/**
 * Connects an admin client, runs `work`, and disconnects it in any case.
 * @throws FactError with the setting to correct if Kafka cannot be reached
 */
export function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  return orConnectionFault(async () => {
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  });
}
