import { ConsumerGroup } from './consumer-group.ts';
import { checkFinalState } from './final-state.ts';
import { ForgetWorkflow } from './forget-workflow.ts';
import { HourWorkflows } from './hour-workflows.ts';
import { createLake } from './lake.ts';
import type { Lake, Findings } from './lake.ts';
import { LoaderProcess } from './loader-process.ts';
import { Producer } from './producer.ts';
import { RetentionWorkflow } from './retention-workflow.ts';
import type { Trace } from './trace.ts';

/** The outcome of one schedule. */
export interface Ran extends Findings {
  seed: number;
  trace: Trace;
  steps: number;
}

/** A schedule with more steps never ends. */
const MOST_STEPS = 30_000;

/** Runs the schedule of a seed, first with faults, then without, until nothing is left to do. */
export async function runSchedule(seed: number): Promise<Ran> {
  const findings: Findings = { violation: undefined, sufferings: [] };
  const lake = createLake(seed, findings);
  const { trace, scheduler, violated } = lake.stage;
  const { stackTraceLimit } = Error;
  // The stack traces of thousands of errors take long, and are not used.
  Error.stackTraceLimit = 0;
  try {
    await run(lake, () => findings.violation !== undefined);
  } catch (error) {
    violated(`nobody caught ${String(error)}`);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return { ...findings, seed, trace, steps: scheduler.now };
}

async function run(lake: Lake, isBroken: () => boolean): Promise<void> {
  const { scheduler, faults, trace, random, violated } = lake.stage;
  const producer = new Producer(lake);
  const loaders = startLoaders(lake);
  const workflows = new HourWorkflows(lake);
  const partitions = lake.logs.map((log) => log.partition);
  const group = new ConsumerGroup(lake.stage, partitions, () => loaders);
  const forgetting = new ForgetWorkflow(lake, workflows);
  const retention = new RetentionWorkflow(lake, workflows);
  for (const actor of [producer, group, workflows, retention, forgetting]) scheduler.addSource(() => actor.act());

  // Red is removed late.
  const faultsEndAt = lake.retention.isWanted ? 4_000 : random.pick([200, 600, 1_500]);
  await scheduler.run(() => isBroken() || scheduler.now > faultsEndAt, MOST_STEPS);
  faults.areOver = true;
  trace.add(scheduler.now, 'from here on', 'there are no faults');
  const end = await scheduler.run(isBroken, MOST_STEPS);
  if (end === 'endless') violated(`it comes to no end in ${MOST_STEPS} steps`);
  if (isBroken() || end !== 'nothing left') return;
  checkFinalState(lake, workflows);
  retention.check();
  workflows.refineAgain();
  await scheduler.run(isBroken, MOST_STEPS);
}

/** Two or three loaders. A new one replaces one that died. */
function startLoaders(lake: Lake): LoaderProcess[] {
  const { random, scheduler } = lake.stage;
  let started = 0;
  const start = () => new LoaderProcess(lake, `loader-${++started}`);
  const loaders = Array.from({ length: random.between(2, 3) }, start);
  for (const index of loaders.keys()) {
    scheduler.addSource(() => {
      if (loaders[index]?.isDead !== true) return loaders[index]?.act() ?? false;
      loaders[index] = start();
      return true;
    });
  }
  return loaders;
}
