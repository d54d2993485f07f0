import type { MetricMeter } from '@temporalio/common';
import { mappingErrors } from '../errors.ts';
import { reportingTrouble } from '../health/health.ts';
import type { ReportHealth } from '../health/health.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { createLoadGauges } from './metrics.ts';
import { readLoadStatus } from './status.ts';
import type { LoadStatus } from './status.ts';
import { runLoader } from './loader.ts';
import type { LoaderOptions } from './loader.ts';

export type { LoadStatus } from './status.ts';

export interface LoadActivities {
  /** Loads the topics into red until it is cancelled, and then commits what it has read. Heartbeats; give it no close time-out to speak of. */
  loadTopics(): Promise<void>;
  /** Compares Kafka with red, looks whether red is tiled, and tells both to the meter and to people. */
  readLoadStatus(): Promise<LoadStatus>;
}

type LoadOptions = Omit<LoaderOptions, 'groupId' | 'rotateSeconds'> & {
  /** The consumer group that shares the partitions out. Default `chatlake-load`. */
  groupId?: string;
  /** See {@link LoaderOptions}. Default 20. */
  rotateSeconds?: number;
  /** Where each load status is told in numbers as well; nowhere without one. */
  meter?: MetricMeter;
  /** Where people are told how the load is; nowhere without one. */
  reportHealth?: ReportHealth;
};

/** The activities of the loader. The scratch directory belongs to this process. */
export function createLoadActivities(options: LoadOptions): LoadActivities {
  const loader: LoaderOptions = { rotateSeconds: 20, groupId: 'chatlake-load', ...options };
  const tellMeter = options.meter === undefined ? undefined : createLoadGauges(options.meter);
  const reportHealth = options.reportHealth ?? (async () => {});
  let looking: Promise<LoadStatus> | undefined;
  /** One at a time: while HDFS is slow a look may outlast its activity, and the next shares it. */
  const look = () => (looking ??= readLoadStatus(loader).finally(() => (looking = undefined)));
  return {
    loadTopics: () =>
      mappingErrors(async () => {
        await withHeartbeats(async (signal) => {
          await runLoader(loader, signal);
          signal.throwIfAborted();
        });
      }),
    readLoadStatus: () =>
      mappingErrors(() =>
        withHeartbeats(async () => {
          const status = await reportingTrouble(reportHealth, look);
          tellMeter?.(status);
          await reportHealth(healthOf(status));
          return status;
        }),
      ),
  };
}

/** A fault of the tiling is an incident: no loader and no compaction makes one. */
function healthOf({ partitions, tilingFaults }: LoadStatus): Parameters<ReportHealth>[0] {
  const lag = partitions.reduce((sum, partition) => sum + BigInt(partition.lag), 0n);
  const summary = lag === 0n ? 'all that Kafka has is stored' : `${lag} records of Kafka are not stored yet`;
  const [fault] = tilingFaults;
  if (fault === undefined) return { summary, trouble: null };
  return { summary, trouble: `red is not tiled: ${fault}. docs/operating.md says what to do.` };
}
