import { runWorker } from '../../workers/run.ts';

/** A worker in which something goes on for ever, as a library's attempts to reach a broker may. */
await runWorker('lingering', async () => {
  setInterval(() => {}, 1_000);
  return { workers: [{ taskQueue: 'lingering', activities: { nothing: async () => {} } }], close: async () => {} };
});
