import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { orConnectionFault } from '../activities/kafka/connection-fault.ts';
import { checkHdfsDirectory } from '../infra/local/hdfs-server.ts';
import { askBrokers } from '../infra/local/kafka-server.ts';
import type { ProgressLog } from '../infra/local/progress.ts';
import { Refusal } from '../common/refusal.ts';
import { startLocalServers } from '../infra/local/servers.ts';
import type { GivenServerRequests, LocalServers } from '../infra/local/servers.ts';
import { sparkInstallation } from '../infra/local/spark.ts';
import { SupervisedProcess } from '../infra/local/supervised-process.ts';
import { makeUsable } from '../common/usable-directory.ts';
import { startParameterStore } from '../infra/parameter-store/server.ts';
import type { Own } from '../infra/setup/installation.ts';
import { PARAMETER_RULES } from '../infra/setup/parameter-rules.ts';
import { roleKey, roleKeys } from '../infra/setup/parameter-access.ts';
import { setUp } from '../workers/setup.ts';
import { storeTlsOf } from '../workers/store-tls.ts';
import { tracesUrl } from '../workers/traces-settings.ts';
import { workflowBundle } from '../workers/workflow-bundle.ts';
import { startSite } from '../infra/nginx/start-site.ts';
import { hdfsOf, kafkaOf } from '../workers/clients.ts';
import { UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';
import type { Config } from '../workers/config.ts';
import { writeStoreAddress } from './store-address.ts';
import { silentLog } from '../common/log.ts';
import type { Log } from '../common/log.ts';
import { ORCHESTRATOR_NODE_OPTIONS } from '../workers/node-options.ts';
import { WITHOUT_OTHER_HDFS, WITHOUT_OTHER_KAFKA, WITHOUT_OTHER_TEMPORALS } from '../workers/variable-names.ts';
import { checkDisk, watchDisk } from './disk.ts';
import { WORKER_GRACE_SECONDS, orInterrupted } from './interrupt.ts';
import { localKeys } from './keys.ts';

/** A person waits. */
const GIVEN_HDFS_PATIENCE_MS = 5_000;

interface WorkerSpec {
  /** For logs and messages. */
  name: string;
  /** The composition root in `workers/`. */
  file: 'orchestrator' | 'collector' | 'loader' | 'refiner';
  /** Variables for this worker only. */
  env?: Record<string, string>;
}

/** The workers of an installation: one of each kind, and a collector for each name in COLLECTORS. */
export function workerSpecs(config: Pick<Config, 'COLLECTORS' | 'METRICS_ADDRESS'>): WorkerSpec[] {
  const collectors = config.COLLECTORS.map((name): WorkerSpec => ({
    name: `collector-${name}`,
    file: 'collector',
    env: { COLLECTOR_NAME: name },
  }));
  const specs: WorkerSpec[] = [
    { name: 'orchestrator', file: 'orchestrator' },
    ...(collectors.length > 0 ? collectors : [{ name: 'collector', file: 'collector' } as const]),
    { name: 'loader', file: 'loader' },
    { name: 'refiner', file: 'refiner' },
  ];
  return specs.map((spec, index) => ({ ...spec, env: { ...spec.env, ...metricsOf(config.METRICS_ADDRESS, index) } }));
}

/** Workers of one machine serve metrics on consecutive ports, in the order of {@link workerSpecs}. */
function metricsOf(address: string | undefined, index: number): Record<string, string> {
  if (address === undefined) return {};
  const colon = address.lastIndexOf(':');
  return { METRICS_ADDRESS: `${address.slice(0, colon)}:${Number(address.slice(colon + 1)) + index}` };
}

export interface Pipeline {
  config: Config;
  servers: LocalServers;
  siteUrl: string;
  parameterStoreUrl: string;
  logDirectory: string;
  /** Stops everything in reverse order of the start. Workers stop first, and send or store what they have in memory. */
  stop(): Promise<void>;
}

/** What was started so far, to be stopped in reverse order. */
type Undo = { name: string; stop: () => Promise<void> }[];

/**
 * Starts the whole pipeline in this order: servers, parameter store, site, set-up with the workflow bundle, workers. If one fails to
 * start, those before it are stopped.
 */
export async function startPipeline(options: {
  /** Added to the environment of this process and of the workers. */
  env: Record<string, string>;
  /** Variables for one worker, for tests that give each worker a proxy of its own. */
  envOf?: (worker: string) => Record<string, string>;
  progress: ProgressLog;
  log: Log;
  /** Called after the set-up, before the workers start. */
  prepare?: (config: Config) => Promise<void>;
  /** Aborts the start; what was started is stopped. */
  signal: AbortSignal;
  /** `make clean` removes the data of an installation that was only used for `demo`. Default `up`. */
  use?: Own['use'];
}): Promise<Pipeline> {
  const { progress, log, signal, use = 'up' } = options;
  const undo: Undo = [];
  const stop = async (): Promise<void> => {
    for (const { name, stop: stopOne } of undo.splice(0).reverse()) {
      progress.step(name, 'stopping');
      await stopOne();
    }
  };

  try {
    const checked = readConfig({ ...process.env, ...UNUSED_STORE_KEY, ...options.env });
    const dataDirectory = checked.DATA_DIR;
    const logDirectory = join(dataDirectory, 'logs');
    const own: Own = { temporal: !process.env['TEMPORAL_ADDRESS'], hdfs: !process.env['WEBHDFS_URL'], use };
    checkDirectories(checked, own);
    // It has chat, keys and tokens, and its servers write files that everybody may read.
    chmodSync(dataDirectory, 0o700);
    mkdirSync(logDirectory, { recursive: true });

    const spark = isSparkMissing(checked) ? await orInterrupted(signal, sparkInstallation(progress)) : {};

    const servers = await orInterrupted(
      signal,
      startLocalServers({
        directory: join(dataDirectory, 'servers'),
        log: progress,
        requests: givenServerRequests(checked),
      }),
    );
    undo.push({ name: 'servers', stop: () => servers.stop() });

    const store = await ownParameterStore(checked, log);
    if (store !== undefined) undo.push({ name: 'store', stop: () => store.stop() });

    const env: Record<string, string> = {
      ...(own.temporal ? WITHOUT_OTHER_TEMPORALS : {}),
      ...(process.env['KAFKA_BROKERS'] ? {} : WITHOUT_OTHER_KAFKA),
      ...(own.hdfs ? WITHOUT_OTHER_HDFS : {}),
      TEMPORAL_ADDRESS: servers.temporal.address,
      KAFKA_BROKERS: servers.kafka.brokers.join(','),
      WEBHDFS_URL: servers.hdfs.url,
      HDFS_USER: servers.hdfs.user,
      ...spark,
      ...(store === undefined ? {} : { PARAMETER_STORE_URL: store.url, PARAMETER_STORE_KEY: store.key }),
      ...options.env,
    };
    const config = readConfig({ ...process.env, ...env });
    progress.step('store', `${store === undefined ? 'expected at' : 'answers on'} ${config.PARAMETER_STORE_URL}`);

    const scratchDirectory = join(dataDirectory, 'servers', 'nginx');
    const site = await startSite({ directory: config.REPORT_DIR, port: config.SITE_PORT, scratchDirectory, log }).catch(
      (error: Error) => {
        throw new Refusal(69, `The site could not be served: ${error.message} Set SITE_PORT to a free port.`, error);
      },
    );
    progress.step('site', `served by ${site.server === 'nginx' ? 'nginx' : 'this process'} on ${site.url}`);
    undo.push({ name: 'site', stop: () => site.stop() });

    await orInterrupted(
      signal,
      Promise.all([
        setUp(config, { own, log }),
        workflowBundle(config.DATA_DIR, { isTraced: tracesUrl(config) !== undefined }),
      ]),
    );
    await options.prepare?.(config);
    progress.step('setup', 'topics, Schedules and workflows are ready');

    const specs = workerSpecs(config);
    const workers = specs.map((spec) =>
      startWorker(spec, {
        env: { ...env, ...secretsOf(spec, config, store !== undefined), ...options.envOf?.(spec.name) },
        logDirectory,
        progress,
      }),
    );
    const disk = own.hdfs ? watchDisk(dataDirectory, progress) : undefined;
    undo.push({
      name: 'workers',
      stop: async () => {
        disk?.stop();
        await Promise.all(workers.map((worker) => worker.stop()));
      },
    });
    progress.step('workers', `${specs.map(({ name }) => name).join(', ')} started`);

    return { config, servers, siteUrl: site.url, parameterStoreUrl: config.PARAMETER_STORE_URL, logDirectory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Checks directories and disk space before anything is written. @throws Refusal */
function checkDirectories({ DATA_DIR, REPORT_DIR }: Config, own: Own): void {
  if (own.hdfs) checkHdfsDirectory(join(DATA_DIR, 'servers', 'hdfs'));
  checkDisk(DATA_DIR, own.hdfs);
  makeUsable([
    { variable: 'DATA_DIR', path: DATA_DIR },
    { variable: 'REPORT_DIR', path: REPORT_DIR },
  ]);
}

/** Asks the servers that the environment names, as the workers do. */
function givenServerRequests(config: Config): GivenServerRequests {
  return {
    kafka: () => orConnectionFault(() => askBrokers(kafkaOf(config, 'launcher', silentLog, { retries: 0 }))),
    hdfs: async () => {
      const hdfs = hdfsOf(config, silentLog, { patienceMs: GIVEN_HDFS_PATIENCE_MS });
      const file = `/tmp/.chatlake-launcher-${randomUUID()}`;
      await hdfs.writeText(file, 'x', { createParent: true });
      await hdfs.remove(file);
    },
  };
}

const isSparkMissing = ({ REFINE_ENGINE, SPARK_HOME }: Config): boolean =>
  REFINE_ENGINE === 'spark' && SPARK_HOME === undefined;

/** Starts a parameter store, unless PARAMETER_STORE_URL names one. */
async function ownParameterStore(
  config: Config,
  log: Log,
): Promise<{ url: string; key: string; stop: () => Promise<void> } | undefined> {
  if (process.env['PARAMETER_STORE_URL']) return undefined;
  const { DATA_DIR: dataDirectory } = config;
  const keys = localKeys(dataDirectory);
  const store = await startParameterStore({
    directory: join(dataDirectory, 'parameters'),
    key: keys.parameterStoreKey,
    otherKeys: roleKeys(keys.parameterStoreKey),
    encryptionKey: Buffer.from(keys.encryptionKey, 'hex'),
    host: '127.0.0.1',
    port: 0,
    rules: PARAMETER_RULES,
    tls: storeTlsOf(config),
    log,
  });
  writeStoreAddress(dataDirectory, store.url);
  return { url: store.url, key: keys.parameterStoreKey, stop: () => store.stop() };
}

/**
 * A worker gets the secrets that it needs: its own key of the parameter store, if that runs here; the orchestrator the secret of the
 * application; and the others the password of Kafka. They were read from their files, if they are in files.
 */
function secretsOf({ file }: WorkerSpec, config: Config, isOwnStore: boolean): Record<string, string> {
  const { PARAMETER_STORE_KEY: operatorKey, TWITCH_CLIENT_SECRET: clientSecret, KAFKA_PASSWORD = '' } = config;
  return {
    KAFKA_PASSWORD: file === 'orchestrator' ? '' : KAFKA_PASSWORD,
    PARAMETER_STORE_KEY: isOwnStore ? roleKey(operatorKey, file) : operatorKey,
    TWITCH_CLIENT_SECRET: file === 'orchestrator' ? clientSecret : '',
  };
}

/** Starts a worker process, and restarts it when it ends. */
function startWorker(
  { name, file, env: ownEnv }: WorkerSpec,
  { env, logDirectory, progress }: { env: Record<string, string>; logDirectory: string; progress: ProgressLog },
): SupervisedProcess {
  const logFile = join(logDirectory, `${name}.log`);
  const worker = new SupervisedProcess(logDirectory, {
    name,
    program: process.execPath,
    args: [
      '--disable-warning=TimeoutNegativeWarning',
      ...(file === 'orchestrator' ? ORCHESTRATOR_NODE_OPTIONS : []),
      fileURLToPath(new URL(`../workers/${file}.ts`, import.meta.url)),
    ],
    env: { ...env, ...ownEnv },
    logFile,
    graceSeconds: WORKER_GRACE_SECONDS,
  });
  worker.keepRunning(
    (exit, pauseMs) => progress.step(name, `${exit.text}; restarting it in ${pauseMs / 1000} s (see ${logFile})`),
    () => progress.step(name, 'restarted'),
  );
  return worker;
}
