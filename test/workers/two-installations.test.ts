import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { withAdmin } from '../../activities/kafka/admin.ts';
import { createKafka } from '../../activities/kafka/client.ts';
import { topicsOf } from '../../activities/kafka/topics.ts';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { silentLog } from '../../common/log.ts';
import type { ParameterStore } from '../../infra/parameter-store/server.ts';
import { readConfig } from '../../workers/config.ts';
import type { Config } from '../../workers/config.ts';
import { setUp } from '../../workers/setup.ts';
import { SCHEDULES } from '../../workflows/ids.ts';
import { SERVERS_TIMEOUT_MS, hdfs, kafka, temporal } from '../integration/servers.ts';
import { freshStore, key } from '../infra/parameter-store/fresh-store.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('two installations with different names', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const directory = temporaryDirectories();
  const stores: ParameterStore[] = [];
  const configs: Config[] = [];

  after(async () => {
    for (const config of configs) await removeSetUp(config);
    for (const store of stores) await store.stop();
  });

  it('share one Temporal, one Kafka and one HDFS, and nothing in them', async () => {
    const suffix = randomBytes(4).toString('hex');
    for (const name of [`day-${suffix}`, `night-${suffix}`]) configs.push(await configOf(name));
    for (const config of configs)
      await setUp(config, { own: { temporal: true, hdfs: true, use: 'up' }, log: silentLog });
    const [day, night] = await Promise.all(configs.map(namesOf));
    assert.ok(day !== undefined && night !== undefined);
    for (const [kind, names] of Object.entries(day)) {
      assert.ok(names.length > 0, `${kind} of day`);
      assert.deepEqual(names.filter((it) => night[kind]?.includes(it)), [], kind); // prettier-ignore
    }
  });

  async function configOf(name: string): Promise<Config> {
    const store = await freshStore(directory());
    stores.push(store);
    const { url, user } = await hdfs();
    return readConfig({
      CHATLAKE_INSTALLATION: name,
      TEMPORAL_ADDRESS: (await temporal()).address,
      KAFKA_BROKERS: (await kafka()).brokers.join(','),
      WEBHDFS_URL: url,
      HDFS_USER: user,
      PARAMETER_STORE_URL: store.url,
      PARAMETER_STORE_KEY: key,
      DATA_DIR: directory(),
    });
  }
});

/** What set-up has made, with the place of each. */
async function namesOf(config: Config): Promise<Record<string, string[]>> {
  const { namespace } = config.temporal;
  const hdfs = createHdfs({ urls: config.WEBHDFS_URL, user: config.HDFS_USER, log: silentLog });
  const { chat, coverage } = topicsOf(config.CHATLAKE_INSTALLATION);
  const existing: string[] = await withAdmin(kafkaOf(config), (admin) => admin.listTopics());
  return withClient(config, async (client) => {
    const schedules: string[] = [];
    for await (const { scheduleId } of client.schedule.list()) schedules.push(`${namespace}/${scheduleId}`);
    const workflows: string[] = [];
    for await (const { workflowId } of client.workflow.list()) workflows.push(`${namespace}/${workflowId}`);
    return {
      topics: [chat, coverage].filter((topic) => existing.includes(topic)),
      files: (await hdfs.list(config.HDFS_ROOT)).map(({ path }) => path),
      schedules,
      workflows,
    };
  });
}

async function removeSetUp(config: Config): Promise<void> {
  await withClient(config, async (client) => {
    for (const scheduleId of Object.values(SCHEDULES)) await client.schedule.getHandle(scheduleId).delete();
    for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
      await client.workflow.getHandle(workflowId).terminate();
  });
  const { chat, coverage } = topicsOf(config.CHATLAKE_INSTALLATION);
  await withAdmin(kafkaOf(config), (admin) => admin.deleteTopics({ topics: [chat, coverage] }));
}

const kafkaOf = (config: Config) =>
  createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'two-installations', log: silentLog });

async function withClient<T>(config: Config, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect(config.temporal.connectionOptions);
  try {
    return await work(new Client({ connection, namespace: config.temporal.namespace }));
  } finally {
    await connection.close();
  }
}
