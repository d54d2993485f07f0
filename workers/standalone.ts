import { once } from 'node:events';
import type { MetricMeter } from '@temporalio/common';
import type { Log } from '../common/log.ts';
import { makeUsable } from '../common/usable-directory.ts';
import { bypassProxiesOnLoopback, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { endingOf } from './ending.ts';
import { createLogger } from './logger.ts';
import type { WhyNotReady } from './probes.ts';
import { startTelemetry } from './telemetry.ts';

interface Context {
  config: Config;
  log: Log;
}

interface ServiceContext extends Context {
  /** Its metrics are served at `METRICS_ADDRESS`, with the probes. */
  meter: MetricMeter;
}

interface Service {
  /** Why it cannot do its work; undefined if it can. */
  whyNotReady: WhyNotReady;
  stop(): Promise<void>;
}

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** The exit code of a process that a SIGTERM has ended. */
const INTERRUPTED = 143;

/**
 * Runs a process that is no Temporal worker: serves metrics and probes, starts it, and stops it on SIGTERM or SIGINT. The exit code is 0
 * after a clean stop, and that of {@link endingOf} if it cannot start.
 */
export function runService(
  name: string,
  start: (context: ServiceContext) => Promise<Service>,
  read: () => Config = readConfig,
): Promise<void> {
  return run(name, read, async (context) => {
    const endOnSignal = exitOnSignal(0);
    const { meter, readyUnless } = await startTelemetry(context.config, context.log);
    const service = await start({ ...context, meter });
    readyUnless(() => service.whyNotReady());
    endOnSignal();
    await Promise.race(STOP_SIGNALS.map((signal) => once(process, signal)));
    await service.stop();
    context.log.info('stopped');
  });
}

/** Runs a job to its end. A signal ends it immediately, with an exit code that is not 0: it has to run again. */
export function runJob(name: string, work: (context: Context) => Promise<void>): Promise<void> {
  return run(name, readConfig, async (context) => {
    exitOnSignal(INTERRUPTED);
    await work(context);
    context.log.info('done');
  });
}

async function run(name: string, read: () => Config, work: (context: Context) => Promise<void>): Promise<void> {
  try {
    bypassProxiesOnLoopback();
    const config = read();
    makeUsable([{ variable: 'DATA_DIR', path: config.DATA_DIR }]);
    await work({ config, log: createLogger(name, config.LOG_LEVEL) });
  } catch (error) {
    const { code, text } = endingOf(error);
    process.stderr.write(`${name}: ${text}\n`);
    process.exitCode = code;
  }
  // Kafka and Temporal clients may leave timers that keep the process alive.
  process.exit();
}

/** @returns the function that removes the handlers */
function exitOnSignal(code: number): () => void {
  const end = (): void => process.exit(code);
  for (const signal of STOP_SIGNALS) process.once(signal, end);
  return () => STOP_SIGNALS.forEach((signal) => process.off(signal, end));
}
