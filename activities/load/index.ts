import type { MetricMeter } from '@temporalio/common';
import { FactError, mappingErrors } from '../errors.ts';
import { HdfsError } from '../hdfs/error.ts';
import { reportingTrouble } from '../health/health.ts';
import type { ReportHealth } from '../health/health.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { createCommitHistogram, createLoadGauges } from './metrics.ts';
import { readLoadStatus } from './status.ts';
import type { LoadStatus } from './status.ts';
import { runLoader } from './loader.ts';
import type { LoaderOptions } from './loader.ts';

export type { LoadStatus } from './status.ts';

export interface LoadActivities {
  /** Loads the topics into red until it is cancelled, then commits what it has read. Heartbeats; needs a very long close time-out. */
  loadTopics(): Promise<void>;
  /** Compares Kafka with red, checks the tiling of red, and reports both to metrics and health. */
  readLoadStatus(): Promise<LoadStatus>;
}

type LoadOptions = Omit<LoaderOptions, 'rotateSeconds' | 'onCommitted'> & {
  /** See {@link LoaderOptions}. Default 20. */
  rotateSeconds?: number;
  /** Gets the load status as gauges, and the times of commits. */
  meter?: MetricMeter;
  reportHealth?: ReportHealth;
};

/** The scratch directory belongs to this process. */
export function createLoadActivities(options: LoadOptions): LoadActivities {
  const { meter, reportHealth = async () => {} } = options;
  const updateGauges = meter && createLoadGauges(meter);
  const onCommitted = meter && createCommitHistogram(meter);
  const loader: LoaderOptions = { rotateSeconds: 20, ...options, ...(onCommitted && { onCommitted }) };
  let running: Promise<LoadStatus> | undefined;
  /** One at a time: if HDFS is slow, a read may outlast its activity. The next activity then shares it. */
  const readStatus = () => (running ??= readLoadStatus(loader).finally(() => (running = undefined)));
  return {
    loadTopics: () =>
      mappingErrors(async () => {
        await withHeartbeats(async (signal) => {
          await runLoader(loader, signal).catch((error: unknown) => {
            throw untilMended(error);
          });
          signal.throwIfAborted();
        });
      }),
    readLoadStatus: () =>
      mappingErrors(() =>
        withHeartbeats(async () => {
          const status = await reportingTrouble(reportHealth, readStatus);
          updateGauges?.(status);
          await reportHealth(healthOf(status));
          return status;
        }),
      ),
  };
}

/** Neither loaders nor compactions cause tiling faults, so any fault is an incident. */
function healthOf({ partitions, tilingFaults }: LoadStatus): Parameters<ReportHealth>[0] {
  const lag = partitions.reduce((sum, partition) => sum + BigInt(partition.lag), 0n);
  const summary = lag === 0n ? 'all records of Kafka are stored' : `${lag} records of Kafka are not stored yet`;
  const [fault] = tilingFaults;
  if (fault === undefined) return { summary, trouble: null };
  return { summary, trouble: `red has a hole or an overlap: ${fault}. See docs/operating.md.` };
}

/**
 * A person has to mend HDFS, or its permissions. Loading then goes on by itself, because the activity is retried without limit; a workflow
 * that had failed would have to be started again.
 */
function untilMended(error: unknown): unknown {
  if (!(error instanceof HdfsError) || error.retryable) return error;
  return new FactError(error.message, { facts: error.facts, retryable: true, cause: error });
}
