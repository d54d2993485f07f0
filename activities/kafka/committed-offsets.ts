import type { Admin, FetchOffsetsPartition } from 'kafkajs';
import pRetry from 'p-retry';

/**
 * A coordinator that has just started, or has moved, answers so until it has read its topic. kafkajs repeats other requests then, but not this
 * one.
 */
const TRANSIENT: ReadonlySet<unknown> = new Set(['GROUP_LOAD_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP']);
const PATIENCE_MS = 20_000;

/** The offsets that a group has committed for a topic, by partition; -1 if it has committed none. */
export async function committedOffsets(
  admin: Pick<Admin, 'fetchOffsets'>,
  groupId: string,
  topic: string,
): Promise<FetchOffsetsPartition[]> {
  const [found] = await pRetry(() => admin.fetchOffsets({ groupId, topics: [topic] }), {
    retries: Infinity,
    minTimeout: 100,
    maxTimeout: 1_000,
    maxRetryTime: PATIENCE_MS,
    shouldRetry: ({ error }) => TRANSIENT.has((error as { type?: unknown }).type),
  });
  return found?.partitions ?? [];
}
