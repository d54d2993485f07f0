import type { MetricMeter } from '@temporalio/common';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { createLoadGauges } from './metrics.ts';
import { readLoadStatus } from './status.ts';
import type { LoadStatus } from './status.ts';
import { runLoader } from './loader.ts';
import type { LoaderOptions } from './loader.ts';

export type { LoadStatus, PartitionLoadStatus } from './status.ts';

export interface LoadActivities {
  /** Loads the topics into red until it is cancelled, and then commits what it has read. Heartbeats; give it no close time-out to speak of. */
  loadTopics(): Promise<void>;
  /** Compares Kafka with red, looks whether red is tiled, and tells both to the meter. */
  readLoadStatus(): Promise<LoadStatus>;
}

type LoadOptions = Omit<LoaderOptions, 'groupId' | 'rotateSeconds'> & {
  /** The consumer group that shares the partitions out. Default `chatlake-load`. */
  groupId?: string;
  /** See {@link LoaderOptions}. Default 20. */
  rotateSeconds?: number;
  /** Where each load status is told in numbers as well; nowhere without one. */
  meter?: MetricMeter;
};

/** The activities of the loader. The scratch directory belongs to this process. */
export function createLoadActivities(options: LoadOptions): LoadActivities {
  const loader: LoaderOptions = { rotateSeconds: 20, groupId: 'chatlake-load', ...options };
  const tellMeter = options.meter === undefined ? undefined : createLoadGauges(options.meter);
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
          const status = await look();
          tellMeter?.(status);
          return status;
        }),
      ),
  };
}
