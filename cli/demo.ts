import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { tokenPath } from '../activities/twitch/token.ts';
import { consoleProgress } from '../infra/local/progress.ts';
import { startTwitchSimulator } from '../infra/twitch-simulator/index.ts';
import { readTranscript } from '../infra/twitch-simulator/transcript.ts';
import { parametersOf } from '../workers/clients.ts';
import { ConfigError } from '../workers/config.ts';
import { checkSums } from './demo-check.ts';
import { readTruth } from './demo-truth.ts';
import { aborted, interruption } from './interrupt.ts';
import { linkLines } from './links.ts';
import { startPipeline } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { simulatorEnvironment } from './simulator-environment.ts';
import { terminalLog } from './terminal-log.ts';
import { watchHealth } from './watch-health.ts';

export interface DemoOptions {
  /** Stop after the sums of a report were checked. */
  once: boolean;
  seed: number;
  /** A file of recorded lines for the simulator to send. */
  transcript: string | undefined;
}

/** The number of messages to send before the sums are checked. A transcript is sent to its end. */
const ENOUGH_MESSAGES = 500;
const ACCOUNT = 'demo';

/** `make demo`: runs the whole pipeline on a simulated Twitch until Ctrl-C, or with `once` until the sums of a report were checked. */
export async function demo({ once, seed, transcript }: DemoOptions): Promise<void> {
  const startedAt = Date.now();
  const signal = interruption();
  const run = `demo-${startedAt.toString(36)}`;
  if (transcript !== undefined) checkTranscript(transcript);
  const simulator = await startTwitchSimulator({ seed, ...(transcript === undefined ? {} : { transcript }) });
  consoleProgress.step('twitch', `simulated at ${simulator.apiUrl} and ${simulator.ircUrl}`);

  let pipeline: Pipeline | undefined;
  try {
    pipeline = await startPipeline({
      env: {
        ...simulatorEnvironment(simulator),
        ...demoSettings(process.env),
        COLLECTOR_NAME: run,
        LOAD_ROTATE_SECONDS: '8',
      },
      // This run's simulator does not know the token of an earlier run.
      prepare: async (config) => void (await parametersOf(config).delete(tokenPath(ACCOUNT))),
      progress: consoleProgress,
      log: terminalLog(consoleProgress),
      signal,
      use: 'demo',
    });
    process.stderr.write(`${(await linkLines(pipeline)).join('\n')}\n`);
    if (!once) {
      const health = watchHealth(parametersOf(pipeline.config), consoleProgress, signal);
      return void (await Promise.all([watch(simulator.controlUrl, signal), health]));
    }
    const enough = transcript === undefined ? ENOUGH_MESSAGES : Infinity;
    await Promise.race([
      checkSums({ pipeline, controlUrl: simulator.controlUrl, run, startedAt, enough, signal }),
      aborted(signal),
    ]);
    if (signal.aborted) process.exitCode = 130;
  } finally {
    await pipeline?.stop();
    await simulator.stop();
  }
}

/** @throws ConfigError if the file cannot be read, or has no line of a channel */
function checkTranscript(file: string): void {
  let lines: number;
  try {
    lines = readTranscript(readFileSync(file)).length;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`Expected --transcript (${file}) to be a readable file, got ${code}. Give another file.`);
  }
  if (lines === 0)
    throw new ConfigError(
      `Expected --transcript (${file}) to contain recorded IRC lines of channels, found none. Give another file.`,
    );
}

/** Keeps data, reports, token and settings apart from those of `up`, unless the environment names directories. */
function demoSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  return {
    DATA_DIR: env['DATA_DIR'] || 'data/demo',
    REPORT_DIR: env['REPORT_DIR'] || 'site/demo',
    TWITCH_ACCOUNTS: ACCOUNT,
    COLLECTORS: '',
    STREAM_POLL_MINUTES: '1',
    STREAM_POLL_CHANNELS: '',
    STREAM_POLL_LANGUAGES: '',
    STREAM_POLL_TOP: '',
  };
}

/** Prints the number of messages sent every ten seconds until the signal aborts. */
async function watch(controlUrl: string, signal: AbortSignal): Promise<void> {
  process.stderr.write('  The first report is ready within two minutes. Press Ctrl-C to stop.\n\n');
  while (!signal.aborted) {
    const { sent } = await readTruth(controlUrl);
    consoleProgress.step('twitch', `${sent} messages sent`);
    await delay(10_000, undefined, { signal }).catch(() => {});
  }
}
