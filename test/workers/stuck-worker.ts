import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import { runWorker } from '../../workers/run.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';

/** A loader whose activity never ends, like an upload to a server that does not answer, with the workflow that starts it. */
await runWorker('stuck', async ({ config, log }) => ({
  workers: [
    { taskQueue: TASK_QUEUES.orchestrate, workflowBundle: await workflowBundle(config.DATA_DIR), activities: {} },
    {
      taskQueue: TASK_QUEUES.load,
      activities: {
        loadTopics: () => {
          log.info('stuck');
          return new Promise(() => {});
        },
      },
      shutdownGraceTime: '1 second',
      shutdownForceTime: '2 seconds',
    },
  ],
  close: async () => {},
}));
