import type { MetricMeter } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { Refusal } from '../common/refusal.ts';
import { makeUsable } from '../common/usable-directory.ts';
import { passProxiesByOnLoopback, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { endingOf } from './ending.ts';
import { createLogger } from './logger.ts';
import type { Log } from '../common/log.ts';

/** What a worker process is made of, once its clients are there. */
export interface WorkerParts {
  /** The Temporal workers of the process: one, or two where workflows and activities are apart. */
  workers: Omit<WorkerOptions, 'connection' | 'namespace' | 'identity'>[];
  /** Closes the clients, in reverse order of their making; called once all workers have stopped. */
  close: () => Promise<void>;
}

/** What a worker is composed with. The meter's numbers are on the page at `METRICS_ADDRESS`, beside Temporal's own. */
export interface WorkerContext {
  config: Config;
  log: Log;
  connection: NativeConnection;
  meter: MetricMeter;
}

/** Composes a worker: makes clients and activities. Called once, with a connection to Temporal. */
export type Compose = (context: WorkerContext) => Promise<WorkerParts>;

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** How long a process lives on whose work has ended: a send on its way to a broker that is gone is no reason to stay. */
const LINGER_MS = 3_000;

/**
 * Runs one worker process from start to end: configuration, connection, composition, work; and on SIGTERM or SIGINT the reverse. Workers
 * stop polling at once, activities learn of the shutdown and finish what they hold; then clients are closed. It exits with 0 after a
 * clean stop, and else as {@link endingOf} says: by itself when nothing is left to do, and at the latest {@link LINGER_MS} after that,
 * whatever a library still tries.
 */
export async function runWorker(name: string, compose: Compose): Promise<void> {
  try {
    passProxiesByOnLoopback();
    const config = readConfig();
    makeUsable([{ variable: 'DATA_DIR', path: config.DATA_DIR }]);
    const log = createLogger(name, config.LOG_LEVEL);
    // A process that still starts has nothing to hand over. Temporal's runtime, which has no worker to stop yet, would only take the signal.
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

/** @throws Refusal 69 where nobody answers there, or otherwise than the variables say: without TLS, with another certificate */
async function connectToTemporal({ connectionOptions }: Config['temporal']): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(connectionOptions);
  } catch (error) {
    throw new Refusal(
      69,
      `Expected Temporal at ${connectionOptions.address ?? 'its default address'} to answer, but it did not: ${(error as Error).message}. ` +
        'Start it, or set TEMPORAL_ADDRESS, and the variables TEMPORAL_TLS… and TEMPORAL_API_KEY that it asks for.',
      error,
    );
  }
}

/**
 * Temporal's runtime, which serves the metrics where an address is set. An address that cannot be had costs the metrics, and not the worker:
 * several workers of one machine may have been given the same.
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
    const text = `Expected METRICS_ADDRESS to be an address that this worker can serve on, got ${bindAddress}. It goes on without metrics; give each worker an address of its own.`;
    log.error(text, { error: String(error) });
    return Runtime.install(options);
  }
}

/** Said of every worker that runs activities only, as three of ours do on purpose. */
const EXPECTED = 'No workflows registered';

/** Temporal's own log lines, in our form. Its chatter at info level is left to debug. */
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
