import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';
import type { Log } from '../common/log.ts';
import type { Config } from './config.ts';
import { tracesUrl } from './traces-settings.ts';

/** Parts of a Temporal worker that make traces. */
export interface Traces {
  isOn: boolean;
  sinks: NonNullable<WorkerOptions['sinks']>;
  activityInterceptors: ActivityInterceptorsFactory[];
  /** Sends the last spans. Takes about a second at most. */
  close(): Promise<void>;
}

const NONE: Traces = { isOn: false, sinks: {}, activityInterceptors: [], close: async () => {} };

/** Traces of what {@link isTraced} names, if a collector of traces is set. Otherwise nothing of OpenTelemetry is loaded. */
export async function createTraces(name: string, config: Config, log: Log): Promise<Traces> {
  const url = tracesUrl(config);
  if (url === undefined) return NONE;
  const { openTraces } = await import('./open-traces.ts');
  const { CHATLAKE_INSTALLATION: installation, CHATLAKE_BUILD_ID: build } = config;
  log.info('traces are sent', { url });
  const version = build === undefined ? {} : { 'service.version': build };
  return openTraces(url, { 'service.name': `chatlake-${name}`, 'service.namespace': installation, ...version }, log);
}
