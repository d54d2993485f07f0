import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Kafka } from 'kafkajs';
import { createHdfs } from '../../activities/hdfs/client.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { createKafka } from '../../activities/kafka/client.ts';
import { startPipeline } from '../../cli/pipeline.ts';
import type { Pipeline } from '../../cli/pipeline.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import type { ProgressLog } from '../../infra/local/progress.ts';
import { startLocalServers } from '../../infra/local/servers.ts';
import type { LocalServers } from '../../infra/local/servers.ts';
import { startParameterStore } from '../../infra/parameter-store/server.ts';
import { createScenario } from '../../infra/twitch-simulator/scenario.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { silentLog } from '../../common/log.ts';
import { Network } from './network.ts';
import { onAirSince } from './on-air.ts';
import type { OnAirSince } from './on-air.ts';
import { SentLines } from './sent-lines.ts';
import { SmallDisk } from './small-disk.ts';
import { Tail } from './tail.ts';

/** Both listen to every channel, so that the crash of one loses nothing. */
export const COLLECTORS = ['a', 'b'] as const;
export const WORKERS = ['orchestrator', 'collector-a', 'collector-b', 'loader', 'refiner'] as const;

const ROOT = '/chatlake';
const CHANNELS = 8;

/** Everything that a run needs: the real pipeline, ways to disturb it, and ways around the proxies to observe it. */
export interface Stage {
  /** Contains all files of the run. */
  directory: string;
  dataDirectory: string;
  parameterDirectory: string;
  root: string;
  siteDirectory: string;
  simulator: TwitchSimulator;
  servers: LocalServers;
  pipeline: Pipeline;
  network: Network;
  /** The workers' scratch disk; undefined if a small disk cannot be mounted. */
  scratchDisk: SmallDisk | undefined;
  sent: SentLines;
  onAirSince: OnAirSince;
  tail: Tail;
  /** Clients that bypass the proxies. */
  temporal: Client;
  kafka: Kafka;
  hdfs: Hdfs;
  /** Copies the workers' logs out of the directory and returns their path, after a failed run. */
  keepLogs(): Promise<string>;
  /** Stops everything and removes the directory. */
  stop(): Promise<void>;
}

type Undo = (() => Promise<unknown>)[];

/** Starts everything with empty directories. If something fails, what was started is stopped. */
export async function openStage(options: {
  seed: number;
  rate: number;
  progress: ProgressLog;
  signal: AbortSignal;
}): Promise<Stage> {
  const undo: Undo = [];
  const stop = async () => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    const stage = await open(options, undo);
    return { ...stage, keepLogs: () => keepLogs(stage.pipeline.logDirectory), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  { seed, rate, progress, signal }: { seed: number; rate: number; progress: ProgressLog; signal: AbortSignal },
  undo: Undo,
): Promise<Omit<Stage, 'keepLogs' | 'stop'>> {
  const directory = await mkdtemp(join(tmpdir(), 'chatlake-chaos-'));
  undo.push(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const dataDirectory = join(directory, 'data');
  const siteDirectory = join(directory, 'site');
  const scratchDisk = SmallDisk.mount(join(dataDirectory, 'scratch'));
  if (scratchDisk !== undefined) undo.push(async () => scratchDisk.unmount());

  const sent = new SentLines();
  const startedAtMs = Date.now();
  const simulator = await startTwitchSimulator({
    seed,
    channels: CHANNELS,
    messagesPerSecond: rate,
    onSay: ({ channelLogin, line }) => sent.add(channelLogin, line),
  });
  undo.push(() => simulator.stop());

  const servers = await startLocalServers({ directory: join(directory, 'servers'), log: progress });
  undo.push(() => servers.stop());
  const parameterDirectory = join(dataDirectory, 'parameters');
  const key = randomBytes(24).toString('hex');
  const store = await startParameterStore({
    directory: parameterDirectory,
    key,
    encryptionKey: randomBytes(32),
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
  });
  undo.push(() => store.stop());

  const network = new Network();
  undo.push(() => network.close());
  for (const worker of WORKERS) {
    await network.add(worker, { local: servers, parameterStoreUrl: store.url, simulator });
  }

  const env = {
    TEMPORAL_ADDRESS: servers.temporal.address,
    KAFKA_BROKERS: servers.kafka.brokers.join(','),
    WEBHDFS_URL: servers.hdfs.url,
    HDFS_USER: servers.hdfs.user,
    HDFS_ROOT: ROOT,
    PARAMETER_STORE_URL: store.url,
    PARAMETER_STORE_KEY: key,
    ...simulatorEnvironment(simulator),
    DATA_DIR: dataDirectory,
    REPORT_DIR: siteDirectory,
    SITE_PORT: '0',
    COLLECTORS: COLLECTORS.join(','),
    STREAM_POLL_MINUTES: '1',
    LOAD_ROTATE_SECONDS: '3',
  };
  // The pipeline uses these servers instead of starting its own.
  Object.assign(process.env, env);
  const pipeline = await startPipeline({
    env,
    envOf: (worker) => network.envOf(worker),
    progress,
    log: silentLog,
    signal,
  });
  undo.push(() => pipeline.stop());

  const connection = await Connection.connect({ address: servers.temporal.address });
  undo.push(() => connection.close());
  const kafka = createKafka({ brokers: servers.kafka.brokers, clientId: 'chaos', log: silentLog });
  const tail = new Tail(kafka);
  await tail.start();
  undo.push(() => tail.stop());
  return {
    directory,
    dataDirectory,
    parameterDirectory,
    root: ROOT,
    siteDirectory,
    simulator,
    servers,
    pipeline,
    network,
    scratchDisk,
    sent,
    onAirSince: onAirSince(createScenario(seed, CHANNELS).channels, startedAtMs),
    tail,
    temporal: new Client({ connection }),
    kafka,
    hdfs: createHdfs({ urls: [servers.hdfs.url], user: servers.hdfs.user, log: silentLog, patienceMs: 180_000 }),
  };
}

async function keepLogs(logDirectory: string): Promise<string> {
  const kept = await mkdtemp(join(tmpdir(), 'chatlake-chaos-logs-'));
  await cp(logDirectory, kept, { recursive: true });
  return kept;
}
