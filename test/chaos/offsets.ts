import type { Kafka } from 'kafkajs';
import { withAdmin } from '../../activities/kafka/admin.ts';
import { TOPICS } from '../integration/default-topics.ts';
import type { RedTable } from '../../activities/red/tables.ts';

/** The end offset of each partition, by number: the offset of the next record. */
export async function listOffsets(kafka: Kafka, table: RedTable): Promise<bigint[]> {
  const found = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(TOPICS[table]));
  return found.sort((a, b) => a.partition - b.partition).map(({ high }) => BigInt(high));
}
