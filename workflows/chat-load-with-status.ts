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
import type { chatLoad } from './chat-load.ts';
import { describe } from './load-status.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface ChatLoadStatus {
  /** The last load status; null before the first. */
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
  summary: 'compare Kafka with red',
});

const CHECK_EVERY = '1 minute';

/**
 * `chatLoad` of 0.1.0, for runs that started with that release; see `patches.ts`. It compares Kafka and red itself, once a minute. When its
 * history is long, after some hours, it cancels the loader, which commits what it has read. The next run uses the current code.
 */
export async function chatLoadWithStatus(): Promise<void> {
  const status: ChatLoadStatus = { load: null, lastError: null };
  setHandler(loadStatus, () => status, { description: 'Lag and tiles per partition, from Kafka and red' });

  /** Logs faults only when they change. */
  let reportedFaults = '';
  const loading = new CancellationScope();
  let ended = false;
  const load = loading
    .run(() => loadTopics())
    .finally(() => {
      ended = true;
    });
  // `load` is awaited below; until then a failure must not count as unhandled.
  load.catch(() => {});

  while (!ended && !workflowInfo().continueAsNewSuggested) {
    try {
      status.load = await readLoadStatus();
      status.lastError = null;
      setCurrentDetails(describe(status.load));
      const faults = status.load.tilingFaults.join('\n');
      if (faults !== '' && faults !== reportedFaults)
        log.warn('red has holes or overlaps', { faults: status.load.tilingFaults });
      reportedFaults = faults;
    } catch (error) {
      if (isCancellation(error)) break;
      status.lastError = rootCause(error) ?? String(error);
      log.warn('load status not read', { reason: status.lastError });
    }
    try {
      await condition(() => ended, CHECK_EVERY);
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
  if (cancelledFromOutside)
    throw new CancelledFailure('The load was cancelled. All lines that it had read are stored.');
  await continueAsNew<typeof chatLoad>();
}
