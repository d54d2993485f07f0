import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { topicsOf } from '../../activities/kafka/topics.ts';
import { silentLog } from '../../common/log.ts';
import { startParameterStore } from '../../infra/parameter-store/server.ts';
import { hdfsOf, kafkaOf } from '../../workers/clients.ts';
import { readConfig } from '../../workers/config.ts';
import { setUp } from '../../workers/setup.ts';
import { listAllTiles } from '../activities/red/all-tiles.ts';
import { encryptionKey, key } from '../infra/parameter-store/running-store.ts';
import { certificateAuthority } from '../integration/certificates.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workerProcesses } from '../workers/worker-process.ts';
import { startSecureKafka, tokenIssuer } from './secure-kafka.ts';
import { startSecureHdfs } from './secure-hdfs.ts';

const [LOADER, ORCHESTRATOR] = ['loader', 'orchestrator'].map((name) =>
  fileURLToPath(new URL(`../../workers/${name}.ts`, import.meta.url)),
) as [string, string];

describe('an installation whose clusters all demand TLS', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const start = workerProcesses();
  const directory = mkdtempSync(join(tmpdir(), 'whole-'));
  const authority = certificateAuthority();
  const stops: (() => Promise<void>)[] = [];

  after(async () => {
    for (const stop of stops.reverse()) await stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is set up, and its loader stores a line, by settings alone', async () => {
    const put = (name: string, text: string): string => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    const [{ address }, kafka, hdfs] = await Promise.all([
      temporal(),
      startSecureKafka(join(directory, 'kafka'), authority, tokenIssuer()),
      startSecureHdfs(join(directory, 'hdfs')),
    ]);
    stops.push(kafka.stop, hdfs.stop);
    const own = authority.issue('store');
    const store = await startParameterStore({
      ...{ directory: join(directory, 'store'), key, encryptionKey, host: '127.0.0.1', port: 0 },
      tls: own,
      log: silentLog,
    });
    stops.push(store.stop);
    const collector = authority.issue('collector');
    const env = {
      DATA_DIR: join(directory, 'data'),
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: 'whole',
      CHATLAKE_INSTALLATION: 'whole',
      KAFKA_BROKERS: kafka.address.mtls,
      KAFKA_TLS_CA_FILE: put('ca.pem', authority.cert),
      KAFKA_TLS_CERT_FILE: put('collector.pem', collector.cert),
      KAFKA_TLS_KEY_FILE: put('collector.key', collector.key),
      WEBHDFS_URL: hdfs.url,
      HDFS_USER: hdfs.user,
      HDFS_TLS_CA_FILE: hdfs.caFile,
      PARAMETER_STORE_URL: store.url,
      PARAMETER_STORE_KEY: '',
      PARAMETER_STORE_KEY_FILE: put('key', `${key}\n`),
      PARAMETER_STORE_TLS_CA_FILE: put('ca.pem', authority.cert),
      LOAD_ROTATE_SECONDS: '1',
    };
    const config = readConfig(env);
    await setUp(config, { own: { temporal: true, hdfs: false, use: 'up' }, log: silentLog });

    const producer = kafkaOf(config, 'test', silentLog).producer();
    await producer.connect();
    await producer.send({ topic: topicsOf('whole').chat, messages: [{ key: '1', value: ':a PRIVMSG #b :안녕' }] });
    await producer.disconnect();
    const nowhere = 'http://127.0.0.1:1';
    const twitch = { TWITCH_CLIENT_ID: 'id', TWITCH_CLIENT_SECRET: 'secret1', TWITCH_CHAT_ANONYMOUS: 'yes' };
    const [loader, orchestrator] = await Promise.all([
      start(LOADER, env),
      start(ORCHESTRATOR, { ...env, ...twitch, TWITCH_API_URL: nowhere, TWITCH_ID_URL: nowhere }),
    ]);
    const lake = hdfsOf(config, silentLog);
    const hasTile = async () => (await listAllTiles(lake, config.HDFS_ROOT, 'chat')).some(({ to }) => to === 1n);
    await waitFor('the line in red', hasTile, 120_000);
    for (const worker of [loader, orchestrator]) assert.ok(!worker.log().includes(key));
    await loader.stop();
    // It waits for Twitch, which is nowhere.
    orchestrator.kill();
  });
});
