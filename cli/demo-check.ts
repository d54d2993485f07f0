import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { consoleProgress } from '../infra/local/progress.ts';
import { addHours, dayOf, hourOf } from '../workflows/hour.ts';
import type { refineOpenHour } from '../workflows/refine-open-hour.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { beQuiet, readTruth } from './demo-truth.ts';
import type { Pipeline } from './pipeline.ts';
import { readCounts } from './report-counts.ts';
import { sumsOff } from './demo-sums.ts';
import type { Counts } from './demo-sums.ts';

/** How long 100 messages may take to be sent: rooms are joined within seconds. */
const FLOW_WITHIN_MS = 240_000;
/** How long the sums may take to agree after the last message. */
const AGREE_WITHIN_MS = 240_000;

export interface DemoCheck {
  pipeline: Pipeline;
  /** The simulator's control port. */
  controlUrl: string;
  /** The name that this demo's collectors begin with: an earlier run's messages may be in the same lake. */
  run: string;
  startedAt: number;
  /** How many messages are sent before the sums are checked. */
  enough: number;
  signal: AbortSignal;
}

/**
 * Lets chat flow, makes the simulator quiet, and has the hours since the start refined and published until the report's sums agree with
 * what was sent. Prints them as one JSON line on stdout; sums that stay off are told, and the process then ends with 1.
 */
export async function checkSums(check: DemoCheck): Promise<void> {
  const { pipeline, controlUrl, startedAt, signal } = check;
  await flow(check);
  await beQuiet(controlUrl);
  const truth = await readTruth(controlUrl);
  consoleProgress.step('demo', `${truth.sent} messages were sent; waiting until all of them are in a report`);

  const { days, counts, off } = await untilSumsAgree(check);
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
  if (off.length === 0) return;
  process.stderr.write(`The sums do not agree: ${off.join('; ')}. The logs are in ${pipeline.logDirectory}.\n`);
  process.exitCode = 1;
}

/**
 * Waits until enough was sent, or until a transcript has been used up.
 * @throws Error when nothing new is sent for {@link FLOW_WITHIN_MS}
 */
async function flow({ pipeline, controlUrl, enough, signal }: DemoCheck): Promise<void> {
  let deadline = Date.now() + FLOW_WITHIN_MS;
  for (let said = 0; !signal.aborted;) {
    const { sent, quiet } = await readTruth(controlUrl);
    if (sent >= enough || quiet) return;
    if (Date.now() > deadline) {
      throw new Error(
        `Expected chat to flow, but only ${sent} messages were sent to joined rooms. The logs are in ${pipeline.logDirectory}.`,
      );
    }
    if (sent >= said + 100) {
      deadline = Date.now() + FLOW_WITHIN_MS;
      consoleProgress.step('twitch', `${sent} messages sent`);
      said = sent;
    }
    await delay(500);
  }
}

/** Has the hours since the start refined and published until the sums of the reports agree with what was sent, or four minutes have passed. */
export async function untilSumsAgree(
  check: Omit<DemoCheck, 'enough'>,
): Promise<{ days: string[]; counts: Counts; off: string[] }> {
  const { pipeline, controlUrl, run, startedAt, signal } = check;
  const { temporal, REPORT_DIR } = pipeline.config;
  const connection = await Connection.connect(temporal.connectionOptions);
  try {
    const client = new Client({ connection, namespace: temporal.namespace ?? 'default' });
    const deadline = Date.now() + AGREE_WITHIN_MS;
    for (;;) {
      const hours = hoursSince(startedAt);
      for (const hour of hours) await refine(client, hour);
      const days = [...new Set(hours.map(dayOf))];
      const counts = await readCounts(REPORT_DIR, days, run);
      const off = sumsOff(await readTruth(controlUrl), counts);
      if (off.length === 0 || signal.aborted || Date.now() > deadline) return { days, counts, off };
      consoleProgress.step('demo', `not yet: ${off.join('; ')}`);
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
    staticSummary: `Refine what red has of ${hour}`,
  });
}

function hoursSince(startedAt: number): string[] {
  const hours = [hourOf(startedAt)];
  for (let hour = addHours(hourOf(startedAt), 1); hour <= hourOf(Date.now()); hour = addHours(hour, 1))
    hours.push(hour);
  return hours;
}
