import { join } from 'node:path';
import { collectorPart, createHealthReport } from '../activities/health/health.ts';
import { roomHealth } from '../activities/irc/room-health.ts';
import { createChatActivities } from '../activities/irc/index.ts';
import { RateLimit } from '../activities/irc/rate-limit.ts';
import { Readiness } from '../activities/irc/readiness.ts';
import { createIrcPool } from '../activities/irc/pool.ts';
import { createRoomGauges } from '../activities/irc/room-gauges.ts';
import type { RoomState } from '../activities/irc/room-state.ts';
import { coverageDirectory, createLineProducer } from '../activities/collect/line-producer.ts';
import { createProducerMetrics } from '../activities/collect/producer-metrics.ts';
import { lockCollector } from '../activities/spill/lock.ts';
import { sizeOfSpill } from '../activities/spill/size.ts';
import { topicsOf } from '../activities/kafka/topics.ts';
import { readLiveList, reasonForLeaving } from '../activities/twitch/live-list.ts';
import { chatLoginOf, readToken } from '../activities/twitch/token.ts';
import { kafkaOf, parametersOf, temporalClientOf } from './clients.ts';
import { ownChatQueue } from './config.ts';
import { gapFillingOf } from './gap-filling.ts';
import { logWith } from '../common/log.ts';
import { runWorker } from './run.ts';

/** How often the states of the rooms are reported. */
const REPORT_EVERY_MS = 3_000;

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
  // Twitch limits JOINs and logins per account, which all collectors share: 20 in 10 s.
  const count = Math.floor(20 / Math.max(1, config.COLLECTORS.length));
  const pool = createIrcPool({
    url: config.TWITCH_IRC_URL,
    readChatLogin: config.TWITCH_CHAT_ANONYMOUS
      ? () => Promise.resolve('anonymous')
      : async () => {
          return chatLoginOf(await readToken(parameters, config.TWITCH_ACCOUNT), config.TWITCH_ACCOUNT);
        },
    // The pool need not wait for Kafka when it closes: the producer does, right after it.
    sink: { ...filling.sink, flush: () => Promise.resolve() },
    collector,
    joinLimit: new RateLimit({ count, windowMs: 11_000 }),
    loginLimit: new RateLimit({ count, windowMs: 11_000 }),
    log,
  });

  producer.limitTallies(() => pool.completeUpToMs());

  const client = temporalClientOf(config, connection);
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
    const states = pool.states();
    const spill = sizeOfSpill(directory);
    updateRooms(states);
    updateProducer({ producer: producer.progress(), spill });
    if (readiness.reason !== undefined) void updateReadiness();
    void reportHealth({ ...roomHealth(states), spill });
  }, REPORT_EVERY_MS);

  return {
    workers: [
      {
        taskQueue,
        activities: createChatActivities({
          pool,
          sink: producer,
          log,
          reportState: (workflowId, state) =>
            client.workflow
              .getHandle(workflowId)
              .signal<[{ taskQueue: string; state: RoomState }]>('roomTold', { taskQueue, state }),
          leaveReason: (channelId) => reasonForLeaving(parameters, channelId, Date.now()),
          ...(filling.listened === undefined ? {} : { listened: filling.listened }),
        }),
        maxConcurrentActivityTaskExecutions: 10_010,
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
