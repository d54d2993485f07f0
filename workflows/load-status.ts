import { log, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { LoadActivities, LoadStatus } from '../activities/load/index.ts';
import { TASK_QUEUES } from './task-queues.ts';

const { readLoadStatus } = proxyActivities<LoadActivities>({
  taskQueue: TASK_QUEUES.load,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '30 seconds' },
  summary: 'compare Kafka with the tiles in red',
});

/**
 * What the Schedule `load-status` starts every minute, and a person at any time: looks up what Kafka and red really hold. The loader is not
 * asked how it feels. It looks as well whether the names of the tiles tile the offsets, and warns where they do not. While Kafka or HDFS is
 * away, the look is tried again and its pending activity says why.
 */
export async function loadStatus(): Promise<LoadStatus> {
  const status = await readLoadStatus();
  setCurrentDetails(describe(status));
  if (status.tilingFaults.length > 0) log.warn('red is not tiled', { faults: status.tilingFaults });
  return status;
}

/** The status as a page of Markdown. */
export function describe(status: LoadStatus): string {
  const rows = status.partitions.map(
    (it) => `| ${it.table} | ${it.partition} | ${it.nextOffset} | ${it.lag} | ${it.tiles} |`,
  );
  const faults =
    status.tilingFaults.length === 0
      ? []
      : [
          '**Red is not tiled** (docs/operating.md says what to do):',
          '',
          ...status.tilingFaults.map((it) => `- ${it}`),
          '',
        ];
  const head = ['| table | partition | loaded up to | lag | tiles |', '| --- | --- | --- | --- | --- |'];
  return [...faults, ...head, ...rows].join('\n');
}
