import type { MetricMeter } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';
import { freePort } from '../common/free-port.ts';
import { makeUsable } from '../common/usable-directory.ts';
import { createActivityTimes } from './activity-times.ts';
import { bypassProxiesOnLoopback, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { endingOf } from './ending.ts';
import { watchFreeDisk } from './free-disk.ts';
import { createLogger } from './logger.ts';
import { serveProbes } from './probes.ts';
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
const MOST_PORTS = 5;

/**
 * Names and units as Prometheus wants them, and as Temporal's Go and Java libraries have them. The exporter adds `_total` to the name of each
 * counter and the unit to that of each histogram, even if the name ends in it. It leaves the names of gauges as they are.
 */
const PROMETHEUS_NAMES = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true } as const;

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
    // A starting process has nothing to hand over. Temporal's runtime has no worker to stop yet, and would swallow the signal.
    const end = (): void => process.exit(0);
    for (const signal of STOP_SIGNALS) process.once(signal, end);
    const { runtime, metricsUrl } = await installRuntime(config, log);
    let whyNotReady = (): string | undefined => 'it is starting';
    await startProbes(config.METRICS_ADDRESS, metricsUrl, () => whyNotReady(), log);
    const connection = await connectToTemporal(config.temporal);
    const meter = runtime.metricMeter;
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
    whyNotReady = () => notRunning(workers) ?? parts.whyNotReady?.();
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

/** Installs Temporal's runtime, which serves metrics on a loopback port if METRICS_ADDRESS is set. */
async function installRuntime(config: Config, log: Log): Promise<{ runtime: Runtime; metricsUrl: string }> {
  const options = { logger: temporalLogger(log, config.LOG_LEVEL), workerHeartbeatInterval: '10 seconds' } as const;
  if (config.METRICS_ADDRESS === undefined) return { runtime: Runtime.install(options), metricsUrl: '' };
  for (let attempt = 1; ; attempt++) {
    const bindAddress = `127.0.0.1:${await freePort()}`;
    try {
      const metrics = { prometheus: { bindAddress, ...PROMETHEUS_NAMES } };
      const runtime = Runtime.install({ ...options, telemetryOptions: { metrics } });
      return { runtime, metricsUrl: `http://${bindAddress}/metrics` };
    } catch (error) {
      // Another process may have taken the port in between.
      if (attempt === MOST_PORTS) throw error;
    }
  }
}

/** If the address cannot be used, the worker runs without probes: several workers of one machine may have the same address. */
async function startProbes(
  address: string | undefined,
  metricsUrl: string,
  whyNotReady: () => string | undefined,
  log: Log,
): Promise<void> {
  if (address === undefined) return;
  try {
    await serveProbes({ address, metricsUrl, whyNotReady });
    log.info('metrics and probes served', { url: `http://${address}/metrics` });
  } catch (error) {
    const text = `Expected METRICS_ADDRESS to be a free address of this machine, got ${address}. The worker runs without metrics and probes. Give each worker its own address.`;
    log.error(text, { error: String(error) });
  }
}

function notRunning(workers: readonly Worker[]): string | undefined {
  const state = workers.map((worker) => worker.getState()).find((it) => it !== 'RUNNING');
  return state === undefined ? undefined : `a Temporal worker is ${state}`;
}

/** Temporal warns about workers that run only activities. Most of ours do, on purpose. */
const EXPECTED = 'No workflows registered';

/** Temporal's own log lines in our format. Its info lines become debug lines. */
function temporalLogger(log: Log, level: Config['LOG_LEVEL']): DefaultLogger {
  const threshold = level === 'debug' ? 'DEBUG' : level === 'error' ? 'ERROR' : 'WARN';
  return new DefaultLogger(threshold, ({ level, message, meta }) => {
    const facts =
      meta === undefined ? {} : Object.fromEntries(Object.entries(meta).map(([key, value]) => [key, printable(value)]));
    if (level === 'ERROR') log.error(message, facts);
    else if (level === 'WARN' && !message.startsWith(EXPECTED)) log.warn(message, facts);
    else log.debug(message, facts);
  });
}

function printable(value: unknown): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === 'bigint' ? String(value) : value;
}
