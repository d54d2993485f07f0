import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { consoleProgress } from '../infra/local/progress.ts';
import { hdfsServer } from '../infra/local/servers.ts';
import { startTwitchSimulator } from '../infra/twitch-simulator/index.ts';
import { ORCHESTRATOR_NODE_OPTIONS } from '../workers/node-options.ts';
import { figureOf, print } from './figure.ts';
import type { PollOrder, PollResult } from './poll-process.ts';

const CHANNELS = 120_000;
const RUNS = 5;

/**
 * Measures one sweep of all of Twitch, Helix → red, as the orchestrator does it. Each run has its own process, whose peak memory is
 * measured. The simulator has no rate limit; HDFS is real.
 */
export async function poll(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'chatlake-bench-'));
  const hdfs = await hdfsServer({ directory: join(directory, 'hdfs'), log: consoleProgress });
  const twitch = await startTwitchSimulator({
    seed: 1,
    channels: CHANNELS,
    steady: true,
    messagesPerSecond: 0.01,
    pointsPerMinute: 1_000_000_000,
  });
  try {
    const results: PollResult[] = [];
    for (let run = 1; run <= RUNS; run += 1) {
      const { apiUrl, idUrl, clientId, clientSecret } = twitch;
      const order: PollOrder = {
        ...{ apiUrl, idUrl, clientId, clientSecret },
        ...{
          hdfsUrl: hdfs.address.url,
          hdfsUser: hdfs.address.user,
          root: `/bench-${run}`,
          scratchDirectory: directory,
        },
      };
      const result = await runOnce(order);
      consoleProgress.step('poll', `run ${run} of ${RUNS}: ${result.streams} streams, ${result.seconds.toFixed(1)} s`);
      results.push(result);
    }
    const short = results.find(({ rows }) => rows !== CHANNELS);
    if (short !== undefined) throw new Error(`Expected ${CHANNELS} rows in red, got ${short.rows}.`);
    const digest = createHash('sha256')
      .update(results.map((it) => it.digest).join())
      .digest('hex')
      .slice(0, 12);
    const method = `median of ${RUNS} sweeps of ${CHANNELS} streams, each in a process of its own; rows read back from HDFS; digest ${digest}`;
    print(
      figureOf(
        results.map((it) => it.seconds),
        { bench: 'poll', figure: 'seconds', unit: 's', method },
      ),
    );
    print(
      figureOf(
        results.map((it) => it.peakMb),
        { bench: 'poll', figure: 'peakMb', unit: 'MB', method },
      ),
    );
  } finally {
    await twitch.stop();
    await hdfs.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function runOnce(order: PollOrder): Promise<PollResult> {
  const file = fileURLToPath(new URL('poll-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...ORCHESTRATOR_NODE_OPTIONS,
    file,
    JSON.stringify(order),
  ]);
  return JSON.parse(stdout) as PollResult;
}
