import {
  ActivityCancellationType,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  defineQuery,
  isCancellation,
  log,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { LoadActivities, LoadStatus } from '../activities/load/index.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface ChatLoadStatus {
  /** What the last look found in Kafka and in red: lag and tiles per partition, and whether they are tiled. Null before the first. */
  load: LoadStatus | null;
  lastError: string | null;
}

export const loadStatus = defineQuery<ChatLoadStatus>('status');

const { loadTopics } = proxyActivities<LoadActivities>({
  taskQueue: TASK_QUEUES.load,
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  summary: 'copy Kafka to red, tile by tile',
});

const { readLoadStatus } = proxyActivities<LoadActivities>({
  taskQueue: TASK_QUEUES.load,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { maximumAttempts: 1 },
  summary: 'compare Kafka with the tiles in red',
});

const LOOK_EVERY = '1 minute';

/**
 * Loads Kafka into red, for ever. One activity does the loading; beside it this workflow looks once a minute at what Kafka and red
 * really hold, which is what `status` tells: the loader is not asked how it feels. It also looks whether the names of the tiles still tile
 * the offsets, and warns where they do not. When the history has grown, the loader is cancelled,
 * commits what it has, and the next run starts another where the tiles end.
 */
export async function chatLoad(): Promise<void> {
  const status: ChatLoadStatus = { load: null, lastError: null };
  setHandler(loadStatus, () => status, { description: 'Lag and tiles per partition, as Kafka and red show them' });

  /** A fault that stays is told to the log once. */
  let faultsTold = '';
  const loading = new CancellationScope();
  let ended = false;
  const load = loading
    .run(() => loadTopics())
    .finally(() => {
      ended = true;
    });
  // A failure is met below, where `load` is awaited; until then it must not count as unhandled.
  load.catch(() => {});

  while (!ended && !workflowInfo().continueAsNewSuggested) {
    try {
      status.load = await readLoadStatus();
      status.lastError = null;
      setCurrentDetails(describe(status.load));
      const faults = status.load.tilingFaults.join('\n');
      if (faults !== '' && faults !== faultsTold) log.warn('red is not tiled', { faults: status.load.tilingFaults });
      faultsTold = faults;
    } catch (error) {
      if (isCancellation(error)) break;
      status.lastError = rootCause(error) ?? String(error);
      log.warn('load status not read', { reason: status.lastError });
    }
    try {
      await condition(() => ended, LOOK_EVERY);
    } catch (error) {
      if (isCancellation(error)) break;
      throw error;
    }
  }

  const cancelledFromOutside = CancellationScope.current().consideredCancelled;
  if (!ended) loading.cancel();
  try {
    await CancellationScope.nonCancellable(() => load);
  } catch (error) {
    if (!isCancellation(error) || cancelledFromOutside) throw error;
  }
  if (cancelledFromOutside) throw new CancelledFailure('The load was cancelled; all that it had read is in red.');
  await continueAsNew<typeof chatLoad>();
}

function describe(load: LoadStatus): string {
  const rows = load.partitions.map(
    (it) => `| ${it.table} | ${it.partition} | ${it.nextOffset} | ${it.lag} | ${it.tiles} |`,
  );
  const faults =
    load.tilingFaults.length === 0
      ? []
      : [
          '**Red is not tiled** (docs/operating.md says what to do):',
          '',
          ...load.tilingFaults.map((it) => `- ${it}`),
          '',
        ];
  const head = ['| table | partition | loaded up to | lag | tiles |', '| --- | --- | --- | --- | --- |'];
  return [...faults, ...head, ...rows].join('\n');
}
