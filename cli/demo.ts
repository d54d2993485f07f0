import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import got from 'got';
import { consoleProgress } from '../infra/local/progress.ts';
import { startTwitchSimulator } from '../infra/twitch-simulator/index.ts';
import { createLogger } from '../workers/logger.ts';
import { addHours, dayOf, hourOf } from '../workflows/hour.ts';
import type { refineOpenHour } from '../workflows/refine-open-hour.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { aborted, interruption } from './interrupt.ts';
import { linkLines } from './links.ts';
import { type Pipeline, startPipeline } from './pipeline.ts';
import { readCounts } from './report-counts.ts';
import { type Counts, type Truth, sumsOff } from './sums.ts';

export interface DemoOptions {
  /** End after the first report whose sums are checked. */
  once: boolean;
  seed: number;
  /** A file of recorded lines that the simulator takes its text from. */
  transcript: string | undefined;
}

/** What the simulator must have sent before the sums are worth checking, unless it falls quiet before. */
const ENOUGH_MESSAGES = 500;
/** How long the sums may take to agree after the last message. */
const AGREE_WITHIN_MS = 240_000;

/** `make demo`: the whole pipeline beside a simulated Twitch. It runs until Ctrl-C, or with `once` until the sums of a report are checked. */
export async function demo({ once, seed, transcript }: DemoOptions): Promise<void> {
  const startedAt = Date.now();
  const signal = interruption();
  const run = `demo-${startedAt.toString(36)}`;
  const simulator = await startTwitchSimulator({ seed, ...(transcript === undefined ? {} : { transcript }) });
  consoleProgress.step('twitch', `simulated at ${simulator.apiUrl} and ${simulator.ircUrl}`);

  let pipeline: Pipeline | undefined;
  try {
    pipeline = await startPipeline({
      env: {
        TWITCH_API_URL: simulator.apiUrl,
        TWITCH_ID_URL: simulator.idUrl,
        TWITCH_IRC_URL: simulator.ircUrl,
        TWITCH_CLIENT_ID: simulator.clientId,
        TWITCH_CLIENT_SECRET: simulator.clientSecret,
        TWITCH_CHAT_ANONYMOUS: 'yes',
        COLLECTOR_NAME: run,
        LOAD_ROTATE_SECONDS: '8',
      },
      progress: consoleProgress,
      log: createLogger('demo', 'warn'),
    });
    process.stderr.write(`${linkLines(pipeline).join('\n')}\n`);
    const work = once
      ? checkOnce(pipeline, simulator.controlUrl, run, startedAt, signal)
      : watch(simulator.controlUrl, signal);
    await Promise.race([work, aborted(signal)]);
  } finally {
    await pipeline?.stop();
    await simulator.stop();
  }
}

async function readTruth(controlUrl: string): Promise<Truth & { quiet: boolean }> {
  return got(`${controlUrl}/truth`).json();
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

/**
 * Lets chat flow, makes the simulator quiet, and has the hours since the start refined and published until the report's sums agree with
 * what was sent. Prints them as one JSON line; sums that stay off are told, and the process then ends with 1.
 */
async function checkOnce(
  pipeline: Pipeline,
  controlUrl: string,
  run: string,
  startedAt: number,
  signal: AbortSignal,
): Promise<void> {
  await flow(controlUrl, signal);
  await got.post(`${controlUrl}/quiet`);
  const truth = await readTruth(controlUrl);
  consoleProgress.step('demo', `${truth.sent} messages were sent; waiting until all of them are in a report`);

  const { days, counts, off } = await untilSumsAgree(pipeline, truth, run, startedAt, signal);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const { received, acknowledged, red, yellow, gaps } = counts;
  const report = `${pipeline.siteUrl}/${days.at(-1) ?? ''}/`;
  process.stdout.write(
    `${JSON.stringify({ sent: truth.sent, received, acknowledged, red, yellow, duplicates: red - yellow, gaps, report, seconds })}\n`,
  );
  if (off.length === 0) return;
  process.stderr.write(`The sums do not agree: ${off.join('; ')}. The logs are in ${pipeline.logDirectory}.\n`);
  process.exitCode = 1;
}

/** Waits until enough was sent, or until a transcript has been used up. */
async function flow(controlUrl: string, signal: AbortSignal): Promise<void> {
  for (let said = 0; !signal.aborted;) {
    const { sent, quiet } = await readTruth(controlUrl);
    if (sent >= ENOUGH_MESSAGES || quiet) return;
    if (sent >= said + 100) {
      consoleProgress.step('twitch', `${sent} messages sent`);
      said = sent;
    }
    await delay(500);
  }
}

async function untilSumsAgree(
  pipeline: Pipeline,
  truth: Truth,
  run: string,
  startedAt: number,
  signal: AbortSignal,
): Promise<{ days: string[]; counts: Counts; off: string[] }> {
  const { config } = pipeline;
  const connection = await Connection.connect(config.temporal.connectionOptions);
  try {
    const client = new Client({ connection, namespace: config.temporal.namespace ?? 'default' });
    const deadline = Date.now() + AGREE_WITHIN_MS;
    for (;;) {
      const hours = hoursSince(startedAt);
      for (const hour of hours) {
        await client.workflow.execute<typeof refineOpenHour>('refineOpenHour', {
          workflowId: `refine-open-${hour}`,
          taskQueue: TASK_QUEUES.orchestrate,
          args: [{ hour }],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
          staticSummary: `Refine what red has of ${hour}`,
        });
      }
      const days = [...new Set(hours.map(dayOf))];
      const counts = await readCounts(config.REPORT_DIR, days, run);
      const off = sumsOff(truth, counts);
      if (off.length === 0 || signal.aborted || Date.now() > deadline) return { days, counts, off };
      consoleProgress.step('demo', `not yet: ${off.join('; ')}`);
      await delay(3_000);
    }
  } finally {
    await connection.close();
  }
}

function hoursSince(startedAt: number): string[] {
  const hours = [hourOf(startedAt)];
  for (let hour = addHours(hourOf(startedAt), 1); hour <= hourOf(Date.now()); hour = addHours(hour, 1))
    hours.push(hour);
  return hours;
}
