import { log, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { LoadActivities, LoadStatus } from '../activities/load/index.ts';
import { TASK_QUEUES } from './task-queues.ts';

const { readLoadStatus } = proxyActivities<LoadActivities>({
  taskQueue: TASK_QUEUES.load,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '30 seconds' },
  summary: 'compare Kafka with red',
});

/**
 * Compares Kafka with red, without asking the loader, and warns if the tiles have holes or overlaps. The Schedule `load-status` starts it
 * every minute, and people can start it at any time. While Kafka or HDFS is away, the pending activity is retried and shows why.
 */
export async function loadStatus(): Promise<LoadStatus> {
  const status = await readLoadStatus();
  setCurrentDetails(describe(status));
  if (status.tilingFaults.length > 0) log.warn('red has holes or overlaps', { faults: status.tilingFaults });
  return status;
}

/** Formats the status as Markdown. */
export function describe(status: LoadStatus): string {
  const rows = status.partitions.map(
    (it) => `| ${it.table} | ${it.partition} | ${it.nextOffset} | ${it.lag} | ${it.tiles} |`,
  );
  const faults =
    status.tilingFaults.length === 0
      ? []
      : [
          '**Red has holes or overlaps** (see docs/operating.md):',
          '',
          ...status.tilingFaults.map((it) => `- ${it}`),
          '',
        ];
  const head = ['| table | partition | loaded up to | lag | tiles |', '| --- | --- | --- | --- | --- |'];
  return [...faults, ...head, ...rows].join('\n');
}
