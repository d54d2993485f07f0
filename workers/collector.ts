import { createChatActivities } from '../activities/irc/index.ts';
import { createIrcPool } from '../activities/irc/pool.ts';
import { createKafka } from '../activities/kafka/client.ts';
import { createLineProducer } from '../activities/kafka/line-producer.ts';
import { TOPICS } from '../activities/kafka/topics.ts';
import { chatLoginOf, readToken } from '../activities/twitch/token.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { parametersOf } from './clients.ts';
import { runWorker } from './run.ts';

/** One IRC pool, one producer, and a listening activity per live channel. */
await runWorker('collector', async ({ config, log }) => {
  const parameters = parametersOf(config);
  // Tallies count by collector: one that starts again is another one, whose windows begin anew.
  const collector = `${config.COLLECTOR_NAME}-${Date.now().toString(36)}-${process.pid}`;
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: `chatlake-${collector}`, log });
  const producer = await createLineProducer({ kafka, topics: TOPICS, collector, log });
  const pool = createIrcPool({
    url: config.TWITCH_IRC_URL,
    readChatLogin: config.TWITCH_CHAT_ANONYMOUS
      ? () => Promise.resolve('anonymous')
      : async () => {
          return chatLoginOf(await readToken(parameters, config.TWITCH_ACCOUNT), config.TWITCH_ACCOUNT);
        },
    sink: producer,
    collector,
    log,
  });

  return {
    workers: [
      {
        taskQueue: TASK_QUEUES.chat,
        activities: createChatActivities({ pool, sink: producer, log }),
        maxConcurrentActivityTaskExecutions: 10_010,
        maxHeartbeatThrottleInterval: '10 seconds',
        shutdownGraceTime: '1 second',
        shutdownForceTime: '60 seconds',
      },
    ],
    close: async () => {
      await pool.close();
      await producer.close();
    },
  };
});
