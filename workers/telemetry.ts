import type { MetricMeter } from '@temporalio/common';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { freePort } from '../common/free-port.ts';
import type { Log } from '../common/log.ts';
import type { Config } from './config.ts';
import { serveProbes } from './probes.ts';
import type { WhyNotReady } from './probes.ts';

export interface Telemetry {
  /** Its metrics are served at `METRICS_ADDRESS`, with Temporal's own and the probes. */
  meter: MetricMeter;
  /** Tells `/readyz` how to find out whether the process is ready. Until then it is starting. */
  readyUnless: (whyNotReady: WhyNotReady) => void;
}

const MOST_PORTS = 5;

/**
 * Names and units as Prometheus wants them, and as Temporal's Go and Java libraries have them. The exporter adds `_total` to the name of each
 * counter and the unit to that of each histogram, even if the name ends in it. It leaves the names of gauges as they are.
 */
const PROMETHEUS_NAMES = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true } as const;

/** Installs Temporal's runtime, which counts, and serves metrics and probes if METRICS_ADDRESS is set. Called once in a process. */
export async function startTelemetry(config: Config, log: Log): Promise<Telemetry> {
  const { runtime, metricsUrl } = await installRuntime(config, log);
  let whyNotReady: WhyNotReady = () => 'it is starting';
  await startProbes(config.METRICS_ADDRESS, metricsUrl, () => whyNotReady(), log);
  return { meter: runtime.metricMeter, readyUnless: (it) => void (whyNotReady = it) };
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

/** If the address cannot be used, the process runs without probes: several processes of one machine may have the same address. */
async function startProbes(
  address: string | undefined,
  metricsUrl: string,
  whyNotReady: WhyNotReady,
  log: Log,
): Promise<void> {
  if (address === undefined) return;
  try {
    await serveProbes({ address, metricsUrl, whyNotReady });
    log.info('metrics and probes served', { url: `http://${address}/metrics` });
  } catch (error) {
    const text = `Expected METRICS_ADDRESS to be a free address of this machine, got ${address}. The process runs without metrics and probes. Give each process its own address.`;
    log.error(text, { error: String(error) });
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
