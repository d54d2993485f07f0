import { runWorker } from '../../workers/run.ts';

/** A worker with a timer that never ends, like the reconnects of a library. */
await runWorker('lingering', async () => {
  setInterval(() => {}, 1_000);
  return { workers: [{ taskQueue: 'lingering', activities: { nothing: async () => {} } }], close: async () => {} };
});
