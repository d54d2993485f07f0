import { createDatabases } from '../activities/duckdb/database.ts';
import { createHealthReport, createTokenHealthReports } from '../activities/health/health.ts';
import { createPollFiles } from '../activities/twitch/poll-file.ts';
import { createChatSyncActivities, createChatWorkflows, createRefreshNow } from '../activities/temporal/index.ts';
import { createHelix } from '../activities/twitch/helix.ts';
import { createStreamActivities, createTokenActivities } from '../activities/twitch/index.ts';
import { createPointsGauge, createTokenGauges } from '../activities/twitch/metrics.ts';
import { createOAuth } from '../activities/twitch/oauth.ts';
import { readReadingAccounts } from '../activities/twitch/reading-accounts.ts';
import { readToken } from '../activities/twitch/token.ts';
import { createVideoActivities } from '../activities/videos/index.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { hdfsOf, parametersOf, temporalClientOf } from './clients.ts';
import { chatQueues } from './config.ts';
import { twitchCredentials, usedAccounts } from './twitch-settings.ts';
import { deploymentOptions } from './deployment.ts';
import { runWorker } from './run.ts';
import { openScratchDirectory } from './scratch-directory.ts';
import { createTraces } from './traces.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** Runs all workflows, and short activities for Helix, tokens and chats. */
await runWorker('orchestrator', async ({ config, log, connection, meter }) => {
  const { clientId, clientSecret } = twitchCredentials(config);
  const accounts = usedAccounts(config);
  const [helixAccount = '', ...chatOnly] = accounts;
  const scratch = await openScratchDirectory(config.DATA_DIR, 'orchestrator');
  const scratchDirectory = scratch.path;

  const traces = await createTraces('orchestrator', config, log);

  const parameters = parametersOf(config);
  const client = temporalClientOf(config, connection);
  const hdfs = hdfsOf(config, log);
  const oauth = createOAuth({ idUrl: config.TWITCH_ID_URL, clientId, clientSecret });
  const refreshNow = createRefreshNow(client, helixAccount);
  const helix = createHelix({
    apiUrl: config.TWITCH_API_URL,
    clientId,
    readAccessToken: async () => (await readToken(parameters, helixAccount, refreshNow)).accessToken,
    refreshNow,
    onPoints: createPointsGauge(meter),
    log,
  });
  const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory });

  const activities = {
    ...createTokenActivities({
      oauth,
      parameters,
      chatOnly,
      readsChat: !config.TWITCH_CHAT_ANONYMOUS,
      reportHealth: createTokenHealthReports(parameters, log),
      refreshMinutes: config.TWITCH_TOKEN_REFRESH_MINUTES,
      clientId,
      ...createTokenGauges(meter, accounts),
    }),
    ...createStreamActivities({
      helix,
      parameters,
      openPoll: createPollFiles({ hdfs, root: config.HDFS_ROOT, withDatabase, scratchDirectory }),
      readReaders: async () => (config.TWITCH_CHAT_ANONYMOUS ? 'anonymous' : readReadingAccounts(parameters, accounts)),
      reportHealth: createHealthReport(parameters, 'poll', log),
      log,
    }),
    ...createChatSyncActivities({ parameters, workflows: createChatWorkflows(client, chatQueues(config)), log }),
    ...createVideoActivities({ helix, parameters, hdfs, root: config.HDFS_ROOT, withDatabase, scratchDirectory, log }),
  };

  return {
    workers: [
      {
        taskQueue: TASK_QUEUES.orchestrate,
        ...deploymentOptions(config),
        workflowBundle: await workflowBundle(config.DATA_DIR, { isTraced: traces.isOn }),
        sinks: traces.sinks,
        activities,
        maxCachedWorkflows: 500,
        // Thousands of chats may start or end with one poll.
        workflowTaskPollerBehavior: { type: 'autoscaling' },
        shutdownGraceTime: '5 seconds',
      },
    ],
    activityInterceptors: traces.activityInterceptors,
    close: async () => {
      await traces.close();
      await scratch.close();
    },
  };
});
