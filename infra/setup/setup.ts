import { Client, Connection } from '@temporalio/client';
import { ensureTopics, topicWishes } from '../../activities/kafka/admin.ts';
import { createKafka } from '../../activities/kafka/client.ts';
import { CHAT_PARTITIONS, TOPICS } from '../../activities/kafka/topics.ts';
import { forgetChatNote } from '../../activities/temporal/chat-note.ts';
import { createParameters } from '../../activities/parameters/client.ts';
import type { Config } from '../../workers/config.ts';
import type { Log } from '../../workers/logger.ts';
import { SCHEDULES } from '../../workflows/ids.ts';
import { ensureRetention } from './namespace.ts';
import { ensureStreamPollSettings } from './parameters.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { ensureSchedules } from './schedules.ts';
import { ensureWorkflows } from './workflows.ts';

/** Everything that must exist before the workers can work: topics, settings, retention, search attributes, Schedules, the two workflows. Safe to run twice. */
export async function setUp(config: Config, log: Log): Promise<void> {
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'chatlake-setup', log });
  await ensureTopics(kafka, {
    topics: topicWishes(TOPICS, { chatPartitions: CHAT_PARTITIONS, replicationFactor: -1 }),
    log,
  });

  const parameters = createParameters({ url: config.PARAMETER_STORE_URL, key: config.PARAMETER_STORE_KEY });
  const settings = await ensureStreamPollSettings(parameters, {
    intervalMinutes: config.STREAM_POLL_MINUTES,
    channels: config.STREAM_POLL_CHANNELS,
    languages: config.STREAM_POLL_LANGUAGES,
  });

  await forgetChatNote(parameters);

  const namespace = config.temporal.namespace ?? 'default';
  const connection = await Connection.connect(config.temporal.connectionOptions);
  try {
    const client = new Client({ connection, namespace });
    await ensureRetention(connection, namespace);
    await ensureSearchAttributes(connection, namespace);
    await ensureWorkflows(client, config.TWITCH_ACCOUNT);
    await ensureSchedules(client, settings.intervalMinutes);
    // The first poll need not wait for the Schedule's clock.
    const poll = client.schedule.getHandle(SCHEDULES.streamPoll);
    if (!(await poll.describe()).state.paused) await poll.trigger();
  } finally {
    await connection.close();
  }
}
