import { randomUUID } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { withAdmin } from '../../activities/kafka/admin.ts';

/** Passes on all records of a topic, read by a group of its own, in offset order within each partition. */
export async function readRecords(
  kafka: Kafka,
  topic: string,
  take: (message: KafkaMessage, partition: number) => void,
): Promise<void> {
  const offsets = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  const ends = new Map(
    offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]),
  );
  if (ends.size === 0) return;
  const groupId = `chaos-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const finished = Promise.withResolvers<void>();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch: { partition, messages } }) => {
      const end = ends.get(partition) ?? 0n;
      for (const message of messages) if (BigInt(message.offset) < end) take(message, partition);
      if (BigInt(messages.at(-1)?.offset ?? -1) + 1n >= end) ends.delete(partition);
      if (ends.size === 0) finished.resolve();
    },
  });
  await finished.promise;
  await consumer.disconnect();
  await withAdmin(kafka, (admin) => admin.deleteGroups([groupId]));
}
