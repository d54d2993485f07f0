import { join } from 'node:path';
import { collectorPart, createHealthReport } from '../activities/health/health.ts';
import { roomHealth } from '../activities/irc/room-health.ts';
import { createChatActivities } from '../activities/irc/index.ts';
import { lastingLimit } from '../activities/irc/lasting-limit.ts';
import { RateLimit } from '../activities/irc/rate-limit.ts';
import type { ReaderAccount } from '../activities/irc/reader.ts';
import { Readiness } from '../activities/irc/readiness.ts';
import { createIrcPool } from '../activities/irc/pool.ts';
import { createRoomGauges } from '../activities/irc/room-gauges.ts';
import type { RoomTold } from '../workflows/channel-chat.ts';
import { coverageDirectory, createLineProducer } from '../activities/collect/line-producer.ts';
import { createProducerMetrics } from '../activities/collect/producer-metrics.ts';
import { lockCollector } from '../activities/spill/lock.ts';
import { sizeOfSpill } from '../activities/spill/size.ts';
import { topicsOf } from '../activities/kafka/topics.ts';
import { createRefreshRequest } from '../activities/temporal/index.ts';
import { accountLookup } from '../activities/twitch/account-lookup.ts';
import { ANONYMOUS_ROOMS, ROOMS_PER_ACCOUNT } from '../activities/twitch/room-plan.ts';
import { readLiveList, reasonForLeaving } from '../activities/twitch/live-list.ts';
import { chatLoginOf, readToken } from '../activities/twitch/token.ts';
import { kafkaOf, parametersOf, temporalClientOf } from './clients.ts';
import { ownChatQueue } from './config.ts';
import { usedAccounts } from './twitch-settings.ts';
import { gapFillingOf } from './gap-filling.ts';
import { logWith } from '../common/log.ts';
import { runWorker } from './run.ts';

/** How often the states of the rooms are reported. */
const REPORT_EVERY_MS = 3_000;

/** Each connection has a nick of its own, so each is paced like an account of its own. */
const ANONYMOUS: ReaderAccount = {
  name: 'anonymous',
  rooms: ANONYMOUS_ROOMS,
  readChatLogin: () => Promise.resolve('anonymous'),
  joinLimitOfEach: () => new RateLimit({ count: 20, windowMs: 11_000 }),
};

/** One IRC pool, one producer, and a listening activity per live channel. */
await runWorker('collector', async ({ config, log: workerLog, connection, meter }) => {
  const taskQueue = ownChatQueue(config);
  const log = logWith(workerLog, { collector: config.COLLECTOR_NAME });
  const parameters = parametersOf(config);
  const name = config.COLLECTOR_NAME;
  const directory = join(config.DATA_DIR, 'spill');
  const unlock = await lockCollector({ roots: [directory, coverageDirectory(directory)], name, log });
  // Each restart gets a new collector id, because its tallies start again from zero.
  const collector = `${name}-${Date.now().toString(36)}-${process.pid}`;
  const kafka = kafkaOf(config, collector, log);
  const spillLimitBytes = config.SPILL_MAX_MB * 1024 * 1024;
  const producer = createLineProducer({
    kafka,
    topics: topicsOf(config.CHATLAKE_INSTALLATION),
    collector,
    spill: { directory, name, maxBytes: spillLimitBytes },
    log,
  });
  const filling = gapFillingOf(config, { kafka, producer, log });
  // Twitch limits JOINs and logins of each account, which all collectors share: 20 in 10 s. See decision 0040.
  const count = Math.floor(20 / Math.max(1, config.COLLECTORS.length));
  const pace = (account: string) => {
    const file = (what: string): string => join(config.DATA_DIR, 'pace', name, `${account}-${what}.json`);
    const window = { count, windowMs: 11_000 };
    return { joinLimit: lastingLimit(file('joins'), window), loginLimit: lastingLimit(file('logins'), window) };
  };
  const client = temporalClientOf(config, connection);
  const pool = createIrcPool({
    url: config.TWITCH_IRC_URL,
    accounts: config.TWITCH_CHAT_ANONYMOUS
      ? [{ ...ANONYMOUS, loginLimit: pace(ANONYMOUS.name).loginLimit }]
      : config.TWITCH_ACCOUNTS.map((account) => ({
          name: account,
          rooms: ROOMS_PER_ACCOUNT,
          onLoginRefused: createRefreshRequest(client, account, log),
          readChatLogin: async () => chatLoginOf(await readToken(parameters, account), account),
          ...pace(account),
        })),
    // The pool need not wait for Kafka when it closes: the producer does, right after it.
    sink: { ...filling.sink, flush: () => Promise.resolve() },
    collector,
    log,
  });

  producer.limitTallies(() => pool.completeUpToMs());

  const reportHealth = createHealthReport(parameters, collectorPart(config.COLLECTOR_NAME), log);
  const updateRooms = createRoomGauges(meter);
  const updateProducer = createProducerMetrics(meter, spillLimitBytes);
  const readiness = new Readiness();
  const updateReadiness = async (): Promise<void> => {
    // While the list cannot be read, nobody knows whether a room is missing.
    const list = await readLiveList(parameters).catch(() => null);
    if (list !== null) readiness.update(pool.states(), list?.value.streams.length ?? 0);
  };
  const reporting = setInterval(() => {
    const accounts = pool.statesOfAccounts();
    const spill = sizeOfSpill(directory);
    updateRooms(accounts);
    updateProducer({ producer: producer.progress(), spill });
    if (readiness.reason !== undefined) void updateReadiness();
    void reportHealth({ ...roomHealth(accounts), spill });
  }, REPORT_EVERY_MS);

  return {
    workers: [
      {
        taskQueue,
        activities: createChatActivities({
          pool,
          sink: producer,
          log,
          reportState: (workflowId, room) =>
            client.workflow.getHandle(workflowId).signal<[RoomTold]>('roomTold', { taskQueue, ...room }),
          ...(usedAccounts(config).length > 1 ? { accountOf: accountLookup(parameters) } : {}),
          leaveReason: (channelId) => reasonForLeaving(parameters, channelId, Date.now()),
          ...(filling.listened === undefined ? {} : { listened: filling.listened }),
        }),
        maxConcurrentActivityTaskExecutions: 10_010,
        activityTaskPollerBehavior: { type: 'autoscaling' },
        maxHeartbeatThrottleInterval: '10 seconds',
        // After SIGTERM while Kafka is away: grace 1 s, leave rooms 5 s, wait for Kafka 5 s, close sockets 5 s, wait for Kafka 10 s. Then the
        // lines are on disk, at 26 s, and the coverage records 2 s later: within the 30 s of Kubernetes. Disconnecting (2 s) and aborting sends
        // (3 s) may last until 33 s; a SIGKILL then loses nothing. If the disk fails too, it takes 69 s, just less than the 70 s of `make up`.
        shutdownGraceTime: '1 second',
        shutdownForceTime: '60 seconds',
      },
    ],
    whyNotReady: () => readiness.reason,
    close: async () => {
      clearInterval(reporting);
      await Promise.all([pool.close(), filling.stop()]);
      await producer.close();
      unlock();
    },
  };
});
