import { createRequire } from 'node:module';
import { ApplicationFailure } from '@temporalio/common';
import { createTraces } from '../../workers/traces.ts';
import { runWorker } from '../../workers/run.ts';
import { workflowBundle } from '../../workers/workflow-bundle.ts';

const SWEEP = {
  ...{ polledAt: '2026-11-25T12:00:00.000Z', path: '/red/streams/poll', streams: 3, pages: 1 },
  ...{ stoppedBy: 'last page', seconds: 2 },
};

/** Runs polls without servers of Twitch. Their first attempt fails with what no trace may say. */
await runWorker('traced', async ({ config, log }) => {
  const traces = await createTraces('traced', config, log);
  let attempts = 0;
  const activities = {
    sweepStreams: async () => {
      attempts += 1;
      if (attempts === 1) throw ApplicationFailure.retryable('said: a-secret 안녕', 'a-secret', { said: '안녕' });
      return SWEEP;
    },
    syncChats: async () => ({ started: 2, cancelled: 1, running: 3, reconciled: false }),
    refreshToken: async () => ({ kind: 'app', expiresAt: '2026-11-25T16:00:00.000Z' }),
  };
  const { cache } = createRequire(import.meta.url);
  const loaded = Object.keys(cache).filter((file) => file.includes('opentelemetry')).length;
  log.info('libraries loaded', { ofTraces: loaded });
  return {
    workers: [
      {
        taskQueue: 'traced',
        workflowBundle: await workflowBundle(config.DATA_DIR, { isTraced: traces.isOn }),
        sinks: traces.sinks,
        activities,
      },
    ],
    activityInterceptors: traces.activityInterceptors,
    close: () => traces.close(),
  };
});
