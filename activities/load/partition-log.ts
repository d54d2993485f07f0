import type { Kafka } from 'kafkajs';
import { FactError } from '../errors.ts';
import { withAdmin } from '../kafka/admin.ts';
import type { PartitionLog } from './takeover.ts';

/** Reads the offsets of a partition through the Kafka admin client. */
export function createPartitionLog(kafka: Kafka, topic: string, partition: number): PartitionLog {
  const ours = <T extends { partition: number }>(found: T[]): T => {
    const one = found.find((entry) => entry.partition === partition);
    if (one !== undefined) return one;
    throw new FactError(`Expected the topic \`${topic}\` to have partition ${partition}, found none.`, {
      facts: { topic, partition },
      retryable: true,
    });
  };
  return {
    async range() {
      const { low, high } = ours(await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic)));
      return { start: BigInt(low), end: BigInt(high) };
    },
    async firstOffsetFrom(timeMs) {
      const found = await withAdmin(kafka, (admin) => admin.fetchTopicOffsetsByTimestamp(topic, timeMs));
      return BigInt(ours(found).offset);
    },
  };
}
