import { createHash } from 'node:crypto';

/**
 * Message ids that are unique across runs: shaped like a version 4 UUID, the first half from the seed and the start time, the last twelve
 * digits a counter.
 */
export function messageIds(seed: number, startedAtMs: number): () => string {
  const digest = createHash('sha256').update(`messages/${seed}/${startedAtMs}`).digest('hex');
  const run = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(12, 15)}-8${digest.slice(15, 18)}`;
  let count = 0;
  return () => {
    count += 1;
    return `${run}-${count.toString(16).padStart(12, '0')}`;
  };
}
