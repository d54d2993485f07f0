import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { type Config, ConfigError, readConfig } from './config.ts';
import { type Log, createLogger } from './logger.ts';

/** What a worker process is made of, once its clients are there. */
export interface WorkerParts {
  /** The Temporal workers of the process: one, or two where workflows and activities are apart. */
  workers: Omit<WorkerOptions, 'connection' | 'namespace' | 'identity'>[];
  /** Closes the clients, in reverse order of their making; called once all workers have stopped. */
  close: () => Promise<void>;
}

/** Composes a worker: makes clients and activities. Called once, with a connection to Temporal. */
export type Compose = (context: { config: Config; log: Log; connection: NativeConnection }) => Promise<WorkerParts>;

/**
 * Runs one worker process from start to end: configuration, connection, composition, work; and on SIGTERM or SIGINT the reverse. Workers
 * stop polling at once, activities learn of the shutdown and finish what they hold; then clients are closed. It exits with 0 after a
 * clean stop, 78 for a wrong configuration (sysexits' EX_CONFIG), 1 for anything else.
 */
export async function runWorker(name: string, compose: Compose): Promise<void> {
  try {
    const config = readConfig();
    const log = createLogger(name, config.LOG_LEVEL);
    Runtime.install({ logger: temporalLogger(log, config.LOG_LEVEL), workerHeartbeatInterval: '10 seconds' });
    const connection = await NativeConnection.connect(config.temporal.connectionOptions);
    const { workers: options, close } = await compose({ config, log, connection });
    const namespace = config.temporal.namespace ?? 'default';
    const identity = `${name}@${config.COLLECTOR_NAME}:${process.pid}`;
    const workers = await Promise.all(options.map((it) => Worker.create({ connection, namespace, identity, ...it })));
    log.info('worker started', { queues: workers.map((worker) => worker.options.taskQueue) });
    try {
      await Promise.all(workers.map((worker) => worker.run()));
    } finally {
      await close();
      await connection.close();
    }
    log.info('worker stopped');
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof ConfigError ? error.message : String((error as Error).stack)}\n`);
    process.exitCode = error instanceof ConfigError ? 78 : 1;
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
