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
  /** End after the first report whose sums are checked. */
  once: boolean;
  seed: number;
  /** A file of recorded lines that the simulator takes its text from. */
  transcript: string | undefined;
}

/** What the simulator must have sent before the sums are worth checking; a transcript is sent to its end. */
const ENOUGH_MESSAGES = 500;

/** `make demo`: the whole pipeline beside a simulated Twitch. It runs until Ctrl-C, or with `once` until the sums of a report are checked. */
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
        ...ownPlace(process.env),
        COLLECTOR_NAME: run,
        LOAD_ROTATE_SECONDS: '8',
      },
      // The token of an earlier run is unknown to this run's Twitch.
      prepare: async (config) => void (await parametersOf(config).delete(tokenPath(config.TWITCH_ACCOUNT))),
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

/** @throws ConfigError for a file that cannot be read, or without a line that can be said in a channel */
function checkTranscript(file: string): void {
  let lines: number;
  try {
    lines = readTranscript(readFileSync(file)).length;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      `Expected --transcript (${file}) to be a file that can be read, but it is not (${code}). Name another one.`,
    );
  }
  if (lines === 0)
    throw new ConfigError(
      `Expected --transcript (${file}) to hold recorded IRC lines of channels, found none. Name another file.`,
    );
}

/** The demo keeps its data, reports, token and settings apart from those of `up`, unless the environment names a place. */
function ownPlace(env: NodeJS.ProcessEnv): Record<string, string> {
  return {
    DATA_DIR: env['DATA_DIR'] || 'data/demo',
    REPORT_DIR: env['REPORT_DIR'] || 'site/demo',
    TWITCH_ACCOUNT: 'demo',
    COLLECTORS: '',
    STREAM_POLL_MINUTES: '1',
    STREAM_POLL_CHANNELS: '',
    STREAM_POLL_LANGUAGES: '',
    STREAM_POLL_TOP: '',
  };
}

/** Says every ten seconds what the simulator has sent, until the signal. */
async function watch(controlUrl: string, signal: AbortSignal): Promise<void> {
  process.stderr.write('  The first report is there within two minutes. Ctrl-C stops.\n\n');
  while (!signal.aborted) {
    const { sent } = await readTruth(controlUrl);
    consoleProgress.step('twitch', `${sent} messages sent`);
    await delay(10_000, undefined, { signal }).catch(() => {});
  }
}
