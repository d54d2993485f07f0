import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { withAdmin } from '../../../activities/kafka/admin.ts';
import { createKafka } from '../../../activities/kafka/client.ts';
import { topicsOf } from '../../../activities/kafka/topics.ts';
import { simulatorEnvironment } from '../../../cli/simulator-environment.ts';
import { silentLog } from '../../../common/log.ts';
import { startParameterStore } from '../../../infra/parameter-store/server.ts';
import type { ParameterStore } from '../../../infra/parameter-store/server.ts';
import { startTwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { readConfig } from '../../../workers/config.ts';
import type { Config } from '../../../workers/config.ts';
import { setUp } from '../../../workers/setup.ts';
import { CHAT_LOAD_ID, SCHEDULES } from '../../../workflows/ids.ts';
import { TASK_QUEUES } from '../../../workflows/task-queues.ts';
import { startFaultProxy } from '../../faults/fault-proxy.ts';
import type { FaultProxy } from '../../faults/fault-proxy.ts';
import { startFaultyKafka } from '../../faults/faulty-kafka.ts';
import { SERVERS_TIMEOUT_MS, hdfs, kafka, temporal } from '../../integration/servers.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { readPage } from '../../workers/page.ts';
import type { Page } from '../../workers/page.ts';
import { startWithMetrics, workerProcesses } from '../../workers/worker-process.ts';
import { temporaryDirectories } from '../local/temporary-directory.ts';
import { firesLater } from './later.ts';

const KEY = 'a-key-of-16-letters-or-more';
const CHANNELS = 3;
/** Whether an alert fires. promtool may be missing: then the pages alone are looked at. */
const YES = [true, undefined];
const NO = [false, undefined];

/** Real workers with a real fault. What their pages say then makes the rules fire. */
describe('the alerts for real workers', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const directory = temporaryDirectories();
  const start = workerProcesses();
  let store: ParameterStore;
  let simulator: TwitchSimulator;
  let chat: FaultProxy;
  let broker: FaultProxy;
  let config: Config;
  let env: Record<string, string>;
  let connection: Connection;
  let client: Client;

  before(async () => {
    simulator = await startTwitchSimulator({ seed: 11, channels: CHANNELS, messagesPerSecond: 50, steady: true });
    const irc = new URL(simulator.ircUrl);
    chat = await startFaultProxy({ host: irc.hostname, port: Number(irc.port) });
    broker = await startFaultyKafka((await kafka()).brokers[0] ?? '');
    const root = { directory: directory(), key: KEY, encryptionKey: randomBytes(32) };
    store = await startParameterStore({ ...root, host: '127.0.0.1', port: 0, log: silentLog });
    const { url, user } = await hdfs();
    env = {
      ...simulatorEnvironment(simulator),
      CHATLAKE_INSTALLATION: `alerts-${randomBytes(4).toString('hex')}`,
      TWITCH_IRC_URL: `irc://127.0.0.1:${chat.port}`,
      KAFKA_BROKERS: `127.0.0.1:${broker.port}`,
      WEBHDFS_URL: url,
      HDFS_USER: user,
      PARAMETER_STORE_URL: store.url,
      PARAMETER_STORE_KEY: KEY,
      TEMPORAL_ADDRESS: (await temporal()).address,
      DATA_DIR: directory(),
      REPORT_DIR: directory(),
      LOAD_ROTATE_SECONDS: '1',
    };
    config = readConfig(env);
    env['TEMPORAL_NAMESPACE'] = config.temporal.namespace;
    await setUp(config, { own: { temporal: true, hdfs: true, use: 'up' }, log: silentLog });
    connection = await Connection.connect(config.temporal.connectionOptions);
    client = new Client({ connection, namespace: config.temporal.namespace });
  });

  after(async () => {
    for (const scheduleId of Object.values(SCHEDULES)) await client.schedule.getHandle(scheduleId).delete();
    for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
      await client.workflow.getHandle(workflowId).terminate();
    await connection.close();
    const topics = Object.values(topicsOf(config.CHATLAKE_INSTALLATION)) as string[];
    await withAdmin(directKafka(), (admin) => admin.deleteTopics({ topics }));
    await Promise.all([chat.close(), broker.close(), simulator.stop(), store.stop()]);
  });

  const directKafka = () => createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'alerts', log: silentLog });
  const worker = (name: string) =>
    startWithMetrics(start, fileURLToPath(new URL(`../../../workers/${name}.ts`, import.meta.url)), env);
  const pageWith = (what: string, address: string, isIt: (page: Page) => boolean): Promise<Page> =>
    waitFor(what, async () => {
      const page = await readPage(address);
      return isIt(page) && page;
    }, 180_000); // prettier-ignore

  const received = (page: Page): number => page.sum('chatlake_lines_received_total');
  const acknowledged = (page: Page): number => page.sum('chatlake_lines_acknowledged_total');
  const listening = (page: Page): number => page.sum('chatlake_chat_rooms', { state: 'listening' });

  it('fire when Kafka is away, and when the collector hears nothing', async () => {
    const orchestrator = await worker('orchestrator');
    const { address } = await worker('collector');
    await pageWith('all rooms', address, (page) => listening(page) === CHANNELS && acknowledged(page) > 0);
    const twitch = await pageWith('a poll', orchestrator.address, (page) => page.has('chatlake_helix_points'));
    assert.ok(twitch.sum('chatlake_helix_points') > 0);
    assert.ok(twitch.sum('chatlake_token_expires_at_seconds') > Date.now() / 1_000);

    const early = await readPage(address);
    const healthy = await pageWith('more lines', address, (page) => acknowledged(page) > acknowledged(early));
    for (const alert of ['ChatlakeKafkaAway', 'ChatlakeHearsNothing'])
      assert.ok(NO.includes(firesLater(alert, { pages: [early, healthy] })), alert);

    await broker.cut();
    let before = await readPage(address);
    const after = await pageWith('lines that Kafka does not take', address, (page) => {
      if (received(page) === received(before)) return false;
      if (acknowledged(page) === acknowledged(before)) return true;
      before = page;
      return false;
    });
    assert.ok(after.sum('chatlake_queue_bytes') > 0);
    assert.ok(YES.includes(firesLater('ChatlakeKafkaAway', { pages: [before, after] })));
    await broker.pass();
    await pageWith('Kafka to take them', address, (page) => acknowledged(page) > acknowledged(after));

    await chat.cut();
    const deaf = await pageWith('no room', address, (page) => listening(page) === 0);
    assert.equal(deaf.sum('chatlake_chat_rooms'), CHANNELS);
    assert.ok(YES.includes(firesLater('ChatlakeHearsNothing', { pages: [deaf, deaf] })));
    const lost = await pageWith('losses', address, (page) =>
      page.sum('chatlake_coverage_records_total', { kind: 'loss' }) === CHANNELS); // prettier-ignore
    assert.equal(lost.sum('chatlake_coverage_records_total', { kind: 'join' }), CHANNELS);
    await chat.pass();
  });

  it('fire when nobody loads', async () => {
    await worker('orchestrator');
    const { address } = await worker('loader');
    const { chat: topic } = topicsOf(config.CHATLAKE_INSTALLATION);
    const producer = directKafka().producer();
    await producer.connect();
    const say = () => producer.send({ topic, messages: [{ key: '1', value: 'PRIVMSG #haneul :안녕' }] });
    let runs = 0;
    const look = async (isIt: (page: Page) => boolean): Promise<Page | false> => {
      await client.workflow.execute('loadStatus', { taskQueue: TASK_QUEUES.orchestrate, workflowId: `look-${++runs}` });
      const page = await readPage(address);
      return isIt(page) && page;
    };
    const lag = (page: Page): number => page.sum('chatlake_red_lag_lines', { table: 'chat' });
    await say();
    const stored = await waitFor('a stored line', () =>
      look((page) => page.has('chatlake_red_stored_until_seconds') && lag(page) === 0),
    );
    assert.ok(NO.includes(firesLater('ChatlakeLoadLate', { pages: [stored, stored] })));
    assert.ok(stored.sum('chatlake_tile_commit_duration_seconds_count') > 0);

    await client.workflow.getHandle(CHAT_LOAD_ID).terminate();
    const sayAndLook = async () => {
      await say();
      return look((page) => lag(page) > 20);
    };
    const late = await waitFor('a lag', sayAndLook, 120_000);
    await producer.disconnect();
    assert.ok(YES.includes(firesLater('ChatlakeLoadLate', { pages: [late, late] })));
  });

  it('fire when the refiner is gone', async () => {
    await worker('orchestrator');
    const { address, worker: refiner } = await worker('refiner');
    await client.schedule.getHandle(SCHEDULES.refineOpen).trigger();
    const refined = await pageWith(
      'a refined hour',
      address,
      (page) => page.sum('chatlake_yellow_refined_at_seconds') > 0,
    );
    refiner.kill();
    await waitFor('the page to be gone', () => readPage(address).then(() => false, () => true)); // prettier-ignore
    for (const alert of ['ChatlakeYellowLate', 'ChatlakeProcessDown'])
      assert.ok(YES.includes(firesLater(alert, { pages: [refined, refined], gone: true })), alert);
  });
});
