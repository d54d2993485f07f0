import type { MetricMeter } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';
import { makeUsable } from '../common/usable-directory.ts';
import { createActivityTimes } from './activity-times.ts';
import { bypassProxiesOnLoopback, oldNameWarning, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { endingOf } from './ending.ts';
import { watchFreeDisk } from './free-disk.ts';
import { createLogger } from './logger.ts';
import { startTelemetry } from './telemetry.ts';
import { noTemporal } from './temporal-fault.ts';
import type { Log } from '../common/log.ts';

export interface WorkerParts {
  /** One Temporal worker per task queue. */
  workers: Omit<WorkerOptions, 'connection' | 'namespace' | 'identity' | 'interceptors'>[];
  /** For the activities of all workers. Default: none. */
  activityInterceptors?: ActivityInterceptorsFactory[];
  /** Closes the clients in reverse order. Called when all workers have stopped. */
  close: () => Promise<void>;
  /** Why the process is not ready yet, although its workers poll; undefined if it is. Default: it is. */
  whyNotReady?: () => string | undefined;
}

export interface WorkerContext {
  config: Config;
  log: Log;
  connection: NativeConnection;
  /** Its metrics are served at `METRICS_ADDRESS`, with Temporal's own and the probes. */
  meter: MetricMeter;
}

/** Creates the clients and activities of a worker. Called once. */
export type Compose = (context: WorkerContext) => Promise<WorkerParts>;

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Limit for the time between the end of the work and the exit. A pending send to a dead broker must not keep the process alive. */
const LINGER_MS = 3_000;

/**
 * Runs a worker process: reads the configuration, connects, composes, works. On SIGTERM or SIGINT the workers stop polling, activities finish,
 * and the clients are closed. The exit code is 0 after a clean stop, and that of {@link endingOf} otherwise. The process exits at most
 * {@link LINGER_MS} after its work has ended, even if a library still has timers or sockets.
 */
export async function runWorker(name: string, compose: Compose): Promise<void> {
  try {
    bypassProxiesOnLoopback();
    const config = readConfig();
    makeUsable([{ variable: 'DATA_DIR', path: config.DATA_DIR }]);
    const log = createLogger(name, config.LOG_LEVEL);
    const warning = oldNameWarning();
    if (warning !== undefined) log.warn(warning);
    // A starting process has nothing to hand over. Temporal's runtime has no worker to stop yet, and would swallow the signal.
    const end = (): void => process.exit(0);
    for (const signal of STOP_SIGNALS) process.once(signal, end);
    const { meter, readyUnless } = await startTelemetry(config, log);
    const connection = await connectToTemporal(config.temporal);
    const parts = await compose({ config, log, connection, meter });
    const { workers: options, activityInterceptors = [], close } = parts;
    const activityTypes = new Set(options.flatMap(({ activities = {} }) => Object.keys(activities)));
    const shared = {
      connection,
      namespace: config.temporal.namespace,
      identity: `${name}@${config.COLLECTOR_NAME}:${process.pid}`,
      interceptors: { activity: [createActivityTimes(meter, activityTypes), ...activityInterceptors] },
    };
    const workers = await Promise.all(options.map((it) => Worker.create({ ...shared, ...it })));
    watchFreeDisk(meter, config.DATA_DIR);
    for (const signal of STOP_SIGNALS) process.off(signal, end);
    readyUnless(() => notRunning(workers) ?? parts.whyNotReady?.());
    log.info('worker started', { queues: workers.map((worker) => worker.options.taskQueue) });
    try {
      await Promise.all(workers.map((worker) => worker.run()));
    } finally {
      await close();
      await connection.close();
    }
    log.info('worker stopped');
  } catch (error) {
    const { code, text } = endingOf(error);
    process.stderr.write(`${name}: ${text}\n`);
    process.exitCode = code;
  }
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** @throws Refusal 69 if the server does not answer, or not as configured (TLS, certificate, API key) */
async function connectToTemporal({ connectionOptions }: Config['temporal']): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(connectionOptions);
  } catch (error) {
    throw await noTemporal(connectionOptions, error);
  }
}

function notRunning(workers: readonly Worker[]): string | undefined {
  const state = workers.map((worker) => worker.getState()).find((it) => it !== 'RUNNING');
  return state === undefined ? undefined : `a Temporal worker is ${state}`;
}
