import { proxyActivities } from '@temporalio/workflow';

const { works, fails } = proxyActivities<Record<'works' | 'fails', () => Promise<void>>>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 2, initialInterval: '10 milliseconds' },
});

/** Ends after one activity that works and one that fails. */
export async function mixed(): Promise<void> {
  await works();
  await fails().catch(() => {});
}

/** Fails its workflow task, again and again. */
export async function stuck(): Promise<void> {
  throw new Error('as ordered');
}
