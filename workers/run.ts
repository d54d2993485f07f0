import type { MetricMeter } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { makeUsable } from '../common/usable-directory.ts';
import { bypassProxiesOnLoopback, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { endingOf } from './ending.ts';
import { createLogger } from './logger.ts';
import { noTemporal } from './temporal-fault.ts';
import type { Log } from '../common/log.ts';

export interface WorkerParts {
  /** One Temporal worker per task queue. */
  workers: Omit<WorkerOptions, 'connection' | 'namespace' | 'identity'>[];
  /** Closes the clients in reverse order. Called when all workers have stopped. */
  close: () => Promise<void>;
}

export interface WorkerContext {
  config: Config;
  log: Log;
  connection: NativeConnection;
  /** Its metrics are served at `METRICS_ADDRESS`, with Temporal's own. */
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
    // A starting process has nothing to hand over. Temporal's runtime has no worker to stop yet, and would swallow the signal.
    const end = (): void => process.exit(0);
    for (const signal of STOP_SIGNALS) process.once(signal, end);
    const runtime = installRuntime(config, log);
    const connection = await connectToTemporal(config.temporal);
    const { workers: options, close } = await compose({ config, log, connection, meter: runtime.metricMeter });
    const namespace = config.temporal.namespace ?? 'default';
    const identity = `${name}@${config.COLLECTOR_NAME}:${process.pid}`;
    const workers = await Promise.all(options.map((it) => Worker.create({ connection, namespace, identity, ...it })));
    for (const signal of STOP_SIGNALS) process.off(signal, end);
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

/**
 * Installs Temporal's runtime, which serves metrics if an address is set. If the address cannot be used, the worker runs without metrics:
 * several workers of one machine may have the same address.
 */
function installRuntime(config: Config, log: Log): Runtime {
  const options = { logger: temporalLogger(log, config.LOG_LEVEL), workerHeartbeatInterval: '10 seconds' } as const;
  const bindAddress = config.METRICS_ADDRESS;
  if (bindAddress === undefined) return Runtime.install(options);
  try {
    const runtime = Runtime.install({ ...options, telemetryOptions: { metrics: { prometheus: { bindAddress } } } });
    log.info('metrics served', { url: `http://${bindAddress}/metrics` });
    return runtime;
  } catch (error) {
    const text = `Expected METRICS_ADDRESS to be a free address of this machine, got ${bindAddress}. The worker runs without metrics. Give each worker its own address.`;
    log.error(text, { error: String(error) });
    return Runtime.install(options);
  }
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
