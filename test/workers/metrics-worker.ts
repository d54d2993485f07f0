import type { LoadStatus } from '../../activities/load/index.ts';
import { createLoadGauges } from '../../activities/load/metrics.ts';
import { runWorker } from '../../workers/run.ts';

/** A worker that only publishes one load status as metrics. */
const status: LoadStatus = {
  partitions: [
    {
      table: 'chat',
      partition: 3,
      nextOffset: '5',
      endOffset: '12',
      lag: '7',
      tiles: 1,
      lastAppendedAt: null,
      tilingFaults: 2,
      gapLines: '40',
    },
  ],
  tilingFaults: ['one', 'two'],
};

await runWorker('metrics', async ({ meter }) => {
  createLoadGauges(meter)(status);
  return { workers: [{ taskQueue: 'metrics', activities: { nothing: async () => {} } }], close: async () => {} };
});
