import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { enterForgotten } from '../activities/opt-out/enter.ts';
import { Refusal } from '../common/refusal.ts';
import { readConfig } from '../workers/config.ts';
import { forgetId } from '../workflows/ids.ts';
import type { ForgetProgress, forgetUser } from '../workflows/forget-user.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { progressText, resultText, warningText } from './forget-text.ts';
import { Interrupted, interruption, orInterrupted } from './interrupt.ts';
import { operatorParameters } from './operator-parameters.ts';
import { causeOf, withTemporal } from './temporal-client.ts';

export interface ForgetOptions {
  userId: string;
  logins: readonly string[];
  yes: boolean;
  json: boolean;
}

const LOOK_EVERY_MS = 1_000;

/** @throws Refusal 78 without a confirmation, 69 if Temporal or the parameter store does not answer */
export async function forget({ userId, logins, yes, json }: ForgetOptions): Promise<void> {
  const config = readConfig({
    ...process.env,
    PARAMETER_STORE_KEY: process.env['PARAMETER_STORE_KEY'] || 'x'.repeat(16),
  });
  if (!yes) await confirm(userId, logins);
  const signal = interruption();
  // The history of a workflow must not have a login.
  if (logins.length > 0)
    await orInterrupted(
      signal,
      enterForgotten(operatorParameters(config), { userId, logins, since: new Date().toISOString() }),
    );
  const erase = async (client: Client): Promise<void> => {
    const handle = await client.workflow.start<typeof forgetUser>('forgetUser', {
      workflowId: forgetId(userId),
      taskQueue: TASK_QUEUES.orchestrate,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      args: [{ userId }],
      staticSummary: 'Erases a user',
    });
    const finished = handle.result();
    try {
      const query = () => handle.query<ForgetProgress>('progress').catch(() => undefined);
      const result = await orInterrupted(signal, watch(finished, query));
      process.stdout.write(json ? `${JSON.stringify({ userId, ...result })}\n` : `${resultText(userId, result)}\n`);
      process.exitCode = result.traces.length === 0 && result.spills.length === 0 ? 0 : 1;
    } catch (error) {
      if (error instanceof Interrupted) {
        process.stderr.write(`The workflow ${forgetId(userId)} goes on. Run the command again to see how far it is.\n`);
        throw error;
      }
      const cause = `${causeOf(error)}.`.replace(/\.\.$/, '.');
      throw new Refusal(69, `User ${userId} was not forgotten: ${cause} Run the command again to go on.`, error);
    }
  };
  await withTemporal(config, erase, signal);
}

/** Prints what changes, until the workflow ends. */
async function watch(
  finished: Promise<ForgetProgress>,
  query: () => Promise<ForgetProgress | undefined>,
): Promise<ForgetProgress> {
  let printed = '';
  for (;;) {
    const result = await Promise.race([finished, delay(LOOK_EVERY_MS)]);
    if (result !== undefined) return result;
    const progress = await query();
    const text = progress === undefined ? 'waiting for the orchestrator' : progressText(progress);
    if (text !== printed) process.stderr.write(`forget    ${text}\n`);
    printed = text;
  }
}

async function confirm(userId: string, logins: readonly string[]): Promise<void> {
  process.stderr.write(`${warningText(userId, logins)}\n`);
  if (!process.stdin.isTTY) {
    throw new Refusal(78, 'Expected a terminal to confirm it, found none. Nothing was erased. Add --yes, or run it in a terminal.'); // prettier-ignore
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const typed = (await asking.question(`Type ${userId} to erase the user: `)).trim();
  asking.close();
  if (typed !== userId) throw new Refusal(78, `Expected ${userId}, got something else. Nothing was erased.`);
}
