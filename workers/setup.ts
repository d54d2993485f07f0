import { Client, Connection } from '@temporalio/client';
import { forgetHealth } from '../activities/health/health.ts';
import { ensureTopics, topicSpecs } from '../activities/kafka/admin.ts';
import { CHAT_PARTITIONS, topicsOf } from '../activities/kafka/topics.ts';
import { forgetChatNote } from '../activities/temporal/chat-note.ts';
import { hdfsOf, kafkaOf, parametersOf } from './clients.ts';
import { usedAccounts } from './twitch-settings.ts';
import type { Config } from './config.ts';
import { noTemporal } from './temporal-fault.ts';
import type { Log } from '../common/log.ts';
import { checkHdfsRules } from '../infra/setup/hdfs-rules.ts';
import { joinInstallation } from '../infra/setup/installation.ts';
import type { Own } from '../infra/setup/installation.ts';
import { ensureNamespace, ensureRetention } from '../infra/setup/namespace.ts';
import { ensureStreamPollSettings } from '../infra/setup/parameters.ts';
import { ensureSearchAttributes } from '../infra/setup/search-attributes.ts';
import { ensureSchedules, pollNow } from '../infra/setup/schedules.ts';
import { ensureWorkflows } from '../infra/setup/workflows.ts';

/**
 * Creates everything that the workers need: the installation record, topics, settings, retention, search attributes, Schedules and the two
 * permanent workflows. Idempotent.
 * @throws Refusal if Temporal's namespace or the lake belongs to another installation; nothing was changed then
 */
export async function setUp(config: Config, { own, log }: { own: Own; log: Log }): Promise<void> {
  const { namespace, connectionOptions } = config.temporal;
  const connection = await Connection.connect(connectionOptions).catch(async (error: unknown) => {
    throw await noTemporal(connectionOptions, error);
  });
  try {
    if (own.temporal) await ensureNamespace(connection, namespace);
    const hdfs = hdfsOf(config, log);
    const settings = {
      directory: config.DATA_DIR,
      root: config.HDFS_ROOT,
      temporalAddress: config.temporal.connectionOptions.address ?? '127.0.0.1:7233',
    };
    await joinInstallation(settings, { connection, namespace, hdfs, own });
    await checkHdfsRules(hdfs, config.HDFS_ROOT);
    const intervalMinutes = await setUpSystems(config, log);

    const client = new Client({ connection, namespace });
    await ensureRetention(connection, namespace);
    await ensureSearchAttributes(connection, namespace);
    await ensureWorkflows(client, usedAccounts(config));
    await ensureSchedules(client, intervalMinutes);
    await pollNow(client);
  } finally {
    await connection.close();
  }
}

/** Creates topics and parameters. @returns the minutes between two polls */
async function setUpSystems(config: Config, log: Log): Promise<number> {
  const kafka = kafkaOf(config, 'setup', log);
  await ensureTopics(kafka, {
    topics: topicSpecs(topicsOf(config.CHATLAKE_INSTALLATION), {
      chatPartitions: CHAT_PARTITIONS,
      replicationFactor: -1,
    }),
    log,
  });
  const parameters = parametersOf(config);
  const settings = await ensureStreamPollSettings(parameters, {
    intervalMinutes: config.STREAM_POLL_MINUTES,
    channels: config.STREAM_POLL_CHANNELS,
    languages: config.STREAM_POLL_LANGUAGES,
    top: config.STREAM_POLL_TOP,
  });
  await forgetChatNote(parameters);
  await forgetHealth(parameters);
  return settings.intervalMinutes;
}
