import pRetry from 'p-retry';
import { Refusal } from '../common/refusal.ts';
import { setUp } from './setup.ts';
import { runJob } from './standalone.ts';

/** Servers that start with this job need a minute or two. */
const WAIT = { retries: 60, factor: 1, minTimeout: 5_000 } as const;

/** Creates what the workers need, in servers that run elsewhere, and ends. Waits about five minutes for servers that do not answer yet. */
await runJob('setup', ({ config, log }) =>
  pRetry(() => setUp(config, { own: { temporal: false, hdfs: false, use: 'up' }, log }), {
    ...WAIT,
    shouldRetry: ({ error, retriesLeft }) => {
      // 69: a server does not answer. Anything else is a setting.
      if (error instanceof Refusal && error.exitCode !== 69) return false;
      log.warn('set-up is not possible yet; trying again', { error: error.message, retriesLeft });
      return true;
    },
  }),
);
