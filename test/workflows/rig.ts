import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { CompactActivities } from '../../activities/compact/index.ts';
import type { ForgetActivities } from '../../activities/forget/index.ts';
import type { ChatActivities } from '../../activities/irc/index.ts';
import type { GapActivities } from '../../activities/gaps/index.ts';
import type { LoadActivities } from '../../activities/load/index.ts';
import type { RedActivities } from '../../activities/red/index.ts';
import type { RetainActivities } from '../../activities/retain/index.ts';
import type { ReportActivities } from '../../activities/report/index.ts';
import type { ChatSyncActivities } from '../../activities/temporal/index.ts';
import type { StreamActivities, TokenActivities } from '../../activities/twitch/index.ts';
import type { VideoActivities } from '../../activities/videos/index.ts';
import type { RefineActivities } from '../../activities/yellow/index.ts';
import { ensureSearchAttributes } from '../../infra/setup/search-attributes.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';

type AllActivities = ChatActivities &
  LoadActivities &
  ReportActivities &
  GapActivities &
  ChatSyncActivities &
  StreamActivities &
  TokenActivities &
  RedActivities &
  CompactActivities &
  ForgetActivities &
  RetainActivities &
  VideoActivities &
  RefineActivities;

const NAMES = [
  'listenToChannel',
  'loadTopics',
  'readLoadStatus',
  'publishDay',
  'publishGaps',
  'syncChats',
  'sweepStreams',
  'refreshToken',
  'takeBoundaries',
  'waitForTiles',
  'compactHour',
  'refineHour',
  'beginForgetting',
  'eraseRedDay',
  'findYellowHours',
  'eraseYellowHour',
  'dropCopies',
  'proveDay',
  'findPages',
  'findSpills',
  'waitForSpills',
  'removeOldRed',
  'uniteOldDays',
  'findOldYellow',
  'removeOldYellow',
  'askForVideos',
] as const satisfies (keyof AllActivities)[];

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The workflows, bundled once for all tests. */
export function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundled([]);
  return bundle;
}

let withTraces: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The workflows as they are bundled if traces are wanted. */
export function tracedBundle(): Promise<WorkflowBundleWithSourceMap> {
  withTraces ??= bundled([fileURLToPath(new URL('../../workflows/traces.ts', import.meta.url))]);
  return withTraces;
}

function bundled(workflowInterceptorModules: string[]): Promise<WorkflowBundleWithSourceMap> {
  quietRuntime();
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    workflowInterceptorModules,
    logger: new DefaultLogger('ERROR'),
  });
}

let installed = false;

/** Hides Temporal's log lines of expected failures. */
export function quietRuntime(): void {
  if (installed) return;
  installed = true;
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
}

/** A started workflow with the type of its result. */
type StartedWorkflow<T> = Omit<WorkflowHandle, 'result'> & { result(): Promise<T> };

/** The workflows on a real Temporal, with activities that each test defines. */
export interface Rig {
  client: Client;
  /** The activities of this test. An undefined one fails when called. */
  activities: Partial<AllActivities>;
  /** Starts a workflow with a unique id. It is terminated after the test. */
  start<T>(type: string, options?: { args?: unknown[]; workflowId?: string }): Promise<StartedWorkflow<T>>;
}

/** Declares mocha hooks that run workers of all task queues, and of `moreQueues`, in the surrounding `describe`. */
export function workflowRig(moreQueues: string[] = []): Rig {
  let workers: Worker[] = [];
  let runs: Promise<void>[] = [];
  let native: NativeConnection;
  let connection: Connection;
  let started: WorkflowHandle[] = [];

  const rig: Rig = {
    client: undefined as unknown as Client,
    activities: {},
    async start<T>(
      type: string,
      { args = [], workflowId = `test-${crypto.randomUUID()}` }: { args?: unknown[]; workflowId?: string } = {},
    ) {
      const handle = await rig.client.workflow.start(type, { taskQueue: TASK_QUEUES.orchestrate, workflowId, args });
      started.push(handle);
      return handle as StartedWorkflow<T>;
    },
  };

  before(async function startWorkers() {
    this.timeout(SERVERS_TIMEOUT_MS);
    quietRuntime();
    const { address } = await temporal();
    connection = await Connection.connect({ address });
    await ensureSearchAttributes(connection, 'default');
    native = await NativeConnection.connect({ address });
    rig.client = new Client({ connection });
    const activities = Object.fromEntries(NAMES.map((name) => [name, delegate(rig, name)]));
    const workflowCode = await workflowBundle();
    workers = await Promise.all([
      Worker.create({
        connection: native,
        taskQueue: TASK_QUEUES.orchestrate,
        workflowBundle: workflowCode,
        activities,
      }),
      ...[...Object.values(TASK_QUEUES).slice(1), ...moreQueues].map((taskQueue) =>
        Worker.create({ connection: native, taskQueue, activities, maxHeartbeatThrottleInterval: '200ms' }),
      ),
    ]);
    runs = workers.map((worker) => worker.run());
  });

  afterEach(async () => {
    // It may have ended, or may never have existed.
    await Promise.all(started.map((handle) => handle.terminate('the test is over').catch(() => {})));
    started = [];
    rig.activities = {};
  });

  after(async function stopWorkers() {
    this.timeout(120_000);
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
    await native?.close();
    await connection?.close();
  });

  return rig;
}

function delegate(rig: Rig, name: (typeof NAMES)[number]): (...args: unknown[]) => unknown {
  return (...args) => {
    const activity = rig.activities[name] as ((...args: unknown[]) => unknown) | undefined;
    if (activity === undefined) throw new Error(`This test gives no activity ${name}.`);
    return activity(...args);
  };
}
