import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import got from 'got';
import pMap from 'p-map';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../activities/twitch/stream-poll-settings.ts';
import { startPipeline } from '../cli/pipeline.ts';
import { simulatorEnvironment } from '../cli/simulator-environment.ts';
import { silentLog } from '../common/log.ts';
import { consoleProgress } from '../infra/local/progress.ts';
import { pollNow } from '../infra/setup/schedules.ts';
import { startTwitchSimulator } from '../infra/twitch-simulator/index.ts';
import { parametersOf } from '../workers/clients.ts';
import { figureOf, print } from './figure.ts';
import { usageOf } from './process-usage.ts';
import type { Usage } from './process-usage.ts';

const CHANNELS = 10_000;
const MESSAGES_PER_SECOND = 100;
const LOOK_EVERY_MS = 2_000;
/** Far beyond the budget: then the benchmark fails. */
const LONGEST_MS = 1_800_000;
const SETTLING_MS = 60_000;
/** Two polls and two refinements of the open hour. */
const RESTING_MS = 120_000;

/** A part of the command line of each process. */
const PROCESSES = {
  orchestrator: 'workers/orchestrator.ts',
  collector: 'workers/collector.ts',
  loader: 'workers/loader.ts',
  refiner: 'workers/refiner.ts',
  temporal: 'server start-dev',
};
type Process = keyof typeof PROCESSES;
/** They carry the chats. */
const CHAT_PROCESSES: Process[] = ['orchestrator', 'collector'];

/**
 * Measures the whole pipeline with as many live channels as one machine may read anonymously: how long until a room of each is joined, what
 * they cost while nothing starts or ends, and how long until all chats have ended after every stream has. Servers are real; Twitch is the
 * simulator, in this process.
 */
export async function channels(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'chatlake-bench-'));
  const twitch = await startTwitchSimulator({
    seed: 1,
    channels: CHANNELS,
    steady: true,
    messagesPerSecond: MESSAGES_PER_SECOND,
  });
  const { signal } = new AbortController();
  const pipeline = await startPipeline({
    env: {
      ...simulatorEnvironment(twitch),
      DATA_DIR: join(directory, 'data'),
      REPORT_DIR: join(directory, 'site'),
      SITE_PORT: '0',
    },
    prepare: async (config) => {
      const settings = streamPollSettings.parse({ top: CHANNELS, limit: CHANNELS });
      await parametersOf(config).put(STREAM_POLL_SETTINGS_PATH, settings);
    },
    progress: consoleProgress,
    log: silentLog,
    signal,
  });
  const connection = await Connection.connect({ address: pipeline.config.temporal.connectionOptions.address ?? '' });
  const client = new Client({ connection });
  const usages = () => usageOf(directory, PROCESSES);
  const method = `${CHANNELS} channels of a simulated Twitch, ${MESSAGES_PER_SECOND} messages a second, read anonymously by one collector; real Temporal, Kafka and HDFS on the same machine`;
  const about = { bench: 'channels', method };
  const printOne = (figure: string, value: number, unit: string) =>
    print(figureOf([value], { ...about, figure, unit }));

  /** Waits until so many chats run and so many rooms are joined. @returns seconds since the call */
  async function secondsUntil(what: string, expected: number): Promise<number> {
    const startedAt = performance.now();
    for (;;) {
      const query = "WorkflowType = 'channelChat' AND ExecutionStatus = 'Running'";
      const [{ count: running }, joined] = await Promise.all([
        client.workflow.count(query),
        joinedRooms(twitch.controlUrl),
      ]);
      const ms = performance.now() - startedAt;
      consoleProgress.step(what, `${(ms / 1000).toFixed(0)} s: ${running} chats run, ${joined} rooms are joined`);
      if (running === expected && joined === expected) return ms / 1000;
      if (ms > LONGEST_MS) throw new Error(`Expected ${expected} chats and rooms after ${LONGEST_MS / 60_000} min.`);
      await delay(LOOK_EVERY_MS);
    }
  }

  try {
    await pollNow(client);
    const rampUpSeconds = await secondsUntil('start', CHANNELS);
    printOne('channels', CHANNELS, 'rooms');
    printOne('rampUpSeconds', rampUpSeconds, 's');

    await delay(SETTLING_MS);
    const before = usages();
    await delay(RESTING_MS);
    const after = usages();
    const coresOf = (process: Process) =>
      (after[process].cpuSeconds - before[process].cpuSeconds) / (RESTING_MS / 1000);
    printOne('cpuShareAtRest', sum(CHAT_PROCESSES.map(coresOf)), 'cores');
    for (const [process, { memoryMb }] of Object.entries(after) as [Process, Usage][]) {
      printOne(`${process}CpuAtRest`, coresOf(process), 'cores');
      printOne(`${process}Memory`, memoryMb, 'MB');
    }

    await pMap(await logins(twitch.controlUrl), (login) => goOffline(twitch.controlUrl, login), { concurrency: 8 });
    await pollNow(client);
    printOne('endSeconds', await secondsUntil('end', 0), 's');
  } finally {
    await connection.close();
    await pipeline.stop();
    await twitch.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function joinedRooms(controlUrl: string): Promise<number> {
  const { joined } = await got(`${controlUrl}/truth`).json<{ joined: Record<string, number> }>();
  return Object.values(joined).filter((connections) => connections > 0).length;
}

async function logins(controlUrl: string): Promise<string[]> {
  const streams = await got(`${controlUrl}/streams`, { searchParams: { top: CHANNELS } }).json<{ login: string }[]>();
  return streams.map(({ login }) => login);
}

async function goOffline(controlUrl: string, login: string): Promise<void> {
  await got.post(`${controlUrl}/channels/${login}/offline`, { json: {} });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
