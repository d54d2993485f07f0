import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createHdfs } from '../../activities/hdfs/client.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { tokenPath } from '../../activities/twitch/token.ts';
import { startPipeline } from '../../cli/pipeline.ts';
import type { Pipeline } from '../../cli/pipeline.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import type { ProgressLog } from '../../infra/local/progress.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { parametersOf } from '../../workers/clients.ts';
import { silentLog } from '../../common/log.ts';
import { logIn } from '../infra/twitch-simulator/with-simulator.ts';
import { Control } from './control.ts';

/** As many as on Twitch. */
const CHANNELS = 120_000;
/** Messages per second over all channels; those with rooms have less than half of them. */
const MESSAGES_PER_SECOND = 250;
const VIEWER_NOISE = 0.05;
/** Share of all streams. */
const ODD_SHARE = 0.02;
/** A listed channel that no longer exists. */
const GONE = 'moved_away_2019';

/** Everything that a day needs. */
export interface Stage {
  simulator: TwitchSimulator;
  control: Control;
  pipeline: Pipeline;
  /** Contains all files of the day. */
  directory: string;
  dataDirectory: string;
  /** The prefix of the collector's runs. */
  collector: string;
  /** Channels listed in the settings, far from the largest. */
  listed: string[];
  temporal: Client;
  hdfs: Hdfs;
  root: string;
  startedAtMs: number;
  /** Copies the workers' logs out of the directory and returns their path. */
  keepLogs(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts everything with empty directories. If something fails, what was started is stopped. */
export async function openStage(options: { seed: number; progress: ProgressLog; signal: AbortSignal }): Promise<Stage> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    return { ...(await open(options, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  { seed, progress, signal }: { seed: number; progress: ProgressLog; signal: AbortSignal },
  undo: (() => Promise<unknown>)[],
): Promise<Omit<Stage, 'stop'>> {
  const startedAtMs = Date.now();
  const directory = await mkdtemp(join(tmpdir(), 'chatlake-day-'));
  undo.push(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const dataDirectory = join(directory, 'data');

  const simulator = await startTwitchSimulator({
    seed,
    channels: CHANNELS,
    messagesPerSecond: MESSAGES_PER_SECOND,
    steady: true,
    viewerNoise: VIEWER_NOISE,
  });
  undo.push(() => simulator.stop());
  const control = new Control(simulator.controlUrl);
  await control.oddStreams(ODD_SHARE);
  await control.channel(GONE, 'gone');
  const small = (await control.streams(3_000)).slice(2_500).filter(({ oddity }) => oddity === null);
  const listed = small.slice(0, 2).map(({ login }) => login);
  progress.step('twitch', `simulated with ${CHANNELS} streams at ${simulator.apiUrl} and ${simulator.ircUrl}`);

  const collector = `day-${startedAtMs.toString(36)}`;
  const pipeline = await startPipeline({
    env: {
      ...simulatorEnvironment(simulator),
      TWITCH_CHAT_ANONYMOUS: 'no',
      TWITCH_ACCOUNTS: 'day',
      DATA_DIR: dataDirectory,
      REPORT_DIR: join(directory, 'site'),
      SITE_PORT: '0',
      COLLECTORS: '',
      COLLECTOR_NAME: collector,
      STREAM_POLL_MINUTES: '1',
      STREAM_POLL_CHANNELS: [...listed, GONE].join(','),
      STREAM_POLL_LANGUAGES: '',
      STREAM_POLL_TOP: '1000',
      LOAD_ROTATE_SECONDS: '3',
    },
    prepare: async (config) => {
      const token = await logIn(simulator);
      await parametersOf(config).put(tokenPath('day'), {
        accessToken: token.access_token,
        refreshToken: token.refresh_token,
        scopes: token.scope,
      });
    },
    progress,
    log: silentLog,
    signal,
  });
  undo.push(() => pipeline.stop());

  const { temporal, HDFS_ROOT } = pipeline.config;
  const connection = await Connection.connect(temporal.connectionOptions);
  undo.push(() => connection.close());
  const { url, user } = pipeline.servers.hdfs;
  return {
    simulator,
    control,
    pipeline,
    directory,
    dataDirectory,
    collector,
    listed,
    temporal: new Client({ connection, namespace: temporal.namespace ?? 'default' }),
    hdfs: createHdfs({ urls: [url], user, log: silentLog }),
    root: HDFS_ROOT,
    startedAtMs,
    keepLogs: async () => {
      const kept = await mkdtemp(join(tmpdir(), 'chatlake-day-logs-'));
      await cp(pipeline.logDirectory, kept, { recursive: true });
      return kept;
    },
  };
}
