import { fileURLToPath } from 'node:url';
import { runWorker } from '../../workers/run.ts';
import { createAllMetrics } from './all-metrics.ts';

/** A worker with the metrics of all processes, and a workflow whose activities succeed and fail. */
await runWorker('metrics', async ({ meter }) => {
  createAllMetrics(meter, Date.now());
  const activities = {
    works: async () => {},
    fails: async () => {
      throw new Error('as ordered');
    },
  };
  const workflowsPath = fileURLToPath(new URL('metrics-workflow.ts', import.meta.url));
  return { workers: [{ taskQueue: 'metrics', activities, workflowsPath }], close: async () => {} };
});
