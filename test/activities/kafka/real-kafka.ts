import { randomUUID } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { ensureTopics, topicSpecs, withAdmin } from '../../../activities/kafka/admin.ts';
import { createKafka } from '../../../activities/kafka/client.ts';
import type { Topics } from '../../../activities/kafka/topics.ts';
import { silentLog } from '../../../common/log.ts';
import { kafka as kafkaServer, SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { waitFor } from '../../integration/wait-for.ts';

/** A client of the shared broker. */
export async function realKafka(): Promise<Kafka> {
  const { brokers } = await kafkaServer();
  return createKafka({ brokers, clientId: 'test', log: silentLog });
}

/** Gives the tests of a suite the shared broker and fresh topics, which are removed after the suite. */
export function useRealKafka(chatPartitions: number): () => { kafka: Kafka; topics: Topics } {
  let kafka: Kafka;
  let topics: Topics;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    kafka = await realKafka();
    topics = await freshTopics(kafka, chatPartitions);
  });

  after(() => deleteTopics(kafka, topics));
  return () => ({ kafka, topics });
}

/** Two topics that no other test uses. */
export async function freshTopics(kafka: Kafka, chatPartitions = 2): Promise<Topics> {
  const name = randomUUID();
  const topics = { chat: `chat-${name}`, coverage: `coverage-${name}` };
  const specs = topicSpecs(topics, { chatPartitions, replicationFactor: 1 });
  await ensureTopics(kafka, { topics: specs, log: silentLog });
  return topics;
}

export async function deleteTopics(kafka: Kafka, topics: Topics): Promise<void> {
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: Object.values(topics) as string[] }));
}

/** The end offset of each partition: the offset of the next record. */
export async function endOffsets(kafka: Kafka, topic: string): Promise<{ partition: number; offset: bigint }[]> {
  const found = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  return found
    .map(({ partition, high }) => ({ partition, offset: BigInt(high) }))
    .sort((a, b) => a.partition - b.partition);
}

/** Removes the records before an offset, as retention does. */
export async function deleteRecords(kafka: Kafka, topic: string, partition: number, before: bigint): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    // deleteTopicRecords needs the topic's metadata, which only other calls load.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
  });
}

export type TopicRecord = KafkaMessage & { partition: number };

/** All records of a topic, by partition and offset, read by a group of its own. */
export async function readTopic(kafka: Kafka, topic: string): Promise<TopicRecord[]> {
  const offsets = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  const wanted = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const found: TopicRecord[] = [];
  const groupId = `reader-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      found.push(...batch.messages.map((message) => ({ ...message, partition: batch.partition })));
    },
  });
  await waitFor(`${wanted} records of ${topic}`, () => found.length >= wanted);
  await consumer.disconnect();
  await withAdmin(kafka, (admin) => admin.deleteGroups([groupId]));
  return found.sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
}
