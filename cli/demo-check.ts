import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { consoleProgress } from '../infra/local/progress.ts';
import { addHours, dayOf, hourOf } from '../workflows/hour.ts';
import type { refineOpenHour } from '../workflows/refine-open-hour.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { beQuiet, readTruth } from './demo-truth.ts';
import type { Config } from '../workers/config.ts';
import type { Pipeline } from './pipeline.ts';
import { readCounts } from './report-counts.ts';
import { sumMismatches } from './demo-sums.ts';
import type { Counts } from './demo-sums.ts';

/** The longest time for 100 messages. Rooms are joined within seconds. */
const FLOW_WITHIN_MS = 240_000;
/** The longest time for the sums to agree after the last message. */
const AGREE_WITHIN_MS = 240_000;

export interface DemoCheck {
  pipeline: Pick<Pipeline, 'siteUrl' | 'logDirectory'> & { config: Pick<Config, 'temporal'> };
  /** The simulator's control port. */
  controlUrl: string;
  /** The prefix of this demo's collector names. The same lake may hold messages of earlier runs. */
  run: string;
  startedAt: number;
  /** The number of messages to send before the sums are checked. */
  enough: number;
  signal: AbortSignal;
}

/**
 * Waits for enough messages, silences the simulator, and refines the hours since the start until the sums of the report agree with the
 * messages sent. Prints the sums as one JSON line on stdout. If they do not agree in time, prints why and sets the exit code 1.
 */
export async function checkSums(check: DemoCheck): Promise<void> {
  const { pipeline, controlUrl, startedAt, signal } = check;
  await waitForMessages(check);
  await beQuiet(controlUrl);
  const truth = await readTruth(controlUrl);
  consoleProgress.step('demo', `${truth.sent} messages sent; waiting until all of them are in a report`);

  const { days, counts, mismatches } = await untilSumsAgree(check);
  if (signal.aborted) return;
  const { received, acknowledged, red, yellow, gaps } = counts;
  const line = {
    sent: truth.sent,
    received,
    acknowledged,
    red,
    yellow,
    duplicates: red - yellow,
    gaps,
    report: `${pipeline.siteUrl}/${days.at(-1) ?? ''}/`,
    seconds: Math.round((Date.now() - startedAt) / 1000),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (mismatches.length === 0) return;
  process.stderr.write(`The sums do not agree: ${mismatches.join('; ')}. The logs are in ${pipeline.logDirectory}.\n`);
  process.exitCode = 1;
}

/**
 * Waits until enough messages were sent, or the transcript has ended.
 * @throws Error if fewer than 100 messages are sent within {@link FLOW_WITHIN_MS}
 */
async function waitForMessages({ pipeline, controlUrl, enough, signal }: DemoCheck): Promise<void> {
  let deadline = Date.now() + FLOW_WITHIN_MS;
  for (let reported = 0; !signal.aborted;) {
    const { sent, quiet } = await readTruth(controlUrl);
    if (sent >= enough || quiet) return;
    if (Date.now() > deadline) {
      throw new Error(
        `Expected the simulator to send messages to joined rooms, got only ${sent}. The logs are in ${pipeline.logDirectory}.`,
      );
    }
    if (sent >= reported + 100) {
      deadline = Date.now() + FLOW_WITHIN_MS;
      consoleProgress.step('twitch', `${sent} messages sent`);
      reported = sent;
    }
    await delay(500);
  }
}

/** Refines and publishes the hours since the start until the sums agree with the messages sent, or for four minutes. */
export async function untilSumsAgree(
  check: Omit<DemoCheck, 'enough'>,
): Promise<{ days: string[]; counts: Counts; mismatches: string[] }> {
  const { pipeline, controlUrl, run, startedAt, signal } = check;
  const { temporal } = pipeline.config;
  const connection = await Connection.connect(temporal.connectionOptions);
  try {
    const client = new Client({ connection, namespace: temporal.namespace });
    const deadline = Date.now() + AGREE_WITHIN_MS;
    let shown = '';
    for (;;) {
      const hours = hoursSince(startedAt);
      for (const hour of hours) await refine(client, hour);
      const days = [...new Set(hours.map(dayOf))];
      const counts = await readCounts(pipeline.siteUrl, days, run);
      const mismatches = sumMismatches(await readTruth(controlUrl), counts);
      if (mismatches.length === 0 || signal.aborted || Date.now() > deadline) return { days, counts, mismatches };
      const text = `not yet: ${mismatches.join('; ')}`;
      if (text !== shown) consoleProgress.step('demo', text);
      shown = text;
      await delay(3_000);
    }
  } finally {
    await connection.close();
  }
}

async function refine(client: Client, hour: string): Promise<void> {
  await client.workflow.execute<typeof refineOpenHour>('refineOpenHour', {
    workflowId: `refine-open-${hour}`,
    taskQueue: TASK_QUEUES.orchestrate,
    args: [{ hour }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowExecutionTimeout: AGREE_WITHIN_MS,
    staticSummary: `Refine the stored messages of ${hour}`,
  });
}

function hoursSince(startedAt: number): string[] {
  const hours = [hourOf(startedAt)];
  for (let hour = addHours(hourOf(startedAt), 1); hour <= hourOf(Date.now()); hour = addHours(hour, 1))
    hours.push(hour);
  return hours;
}
