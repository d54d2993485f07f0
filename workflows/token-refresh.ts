import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  log,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  setHandler,
  workflowInfo,
  isCancellation,
} from '@temporalio/workflow';
import type { TokenActivities, TokenRefreshed } from '../activities/twitch/index.ts';

export interface TokenRefreshInput {
  account: string;
}

export interface TokenStatus {
  account: string;
  /** The last successful refresh of this run. */
  lastRefresh: TokenRefreshed | null;
  /** Why the last refresh failed; null if it succeeded. */
  lastError: string | null;
}

/** Refreshes now and returns the result. Concurrent callers share one refresh. */
export const refreshNow = defineUpdate<TokenStatus>('refreshNow');
export const tokenStatus = defineQuery<TokenStatus>('status');

const REFRESH_EVERY = '30 minutes';
/** After a failure. A corrected secret or a new token then takes effect soon. */
const RETRY_AFTER = '1 minute';

const { refreshToken } = proxyActivities<TokenActivities>({
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
  summary: 'refresh the token and store the new one',
});

/**
 * Keeps the token of one account fresh, forever.
 *
 * It refreshes at the start, every 30 minutes, and on `refreshNow`, which activities call after a 401. The workflow never sees the token: the
 * activity stores it in the parameter store and returns when it expires. After a failure that no retry fixes (the grant was revoked), the
 * status has the reason, and the refresh is tried again every minute, because a new login fixes it.
 */
export async function tokenRefresh({ account }: TokenRefreshInput): Promise<void> {
  const status: TokenStatus = { account, lastRefresh: null, lastError: null };
  let running: Promise<void> | undefined;

  async function refresh(reason: 'timer' | 'asked'): Promise<void> {
    try {
      status.lastRefresh = await refreshToken({ account, reason });
      status.lastError = null;
      setCurrentDetails(
        `The ${status.lastRefresh.kind} token of **${account}** is valid until ${status.lastRefresh.expiresAt}.`,
      );
    } catch (error) {
      if (isCancellation(error)) throw error;
      status.lastError = rootCause(error) ?? String(error);
      setCurrentDetails(`The token of **${account}** could not be refreshed: ${status.lastError}`);
      log.warn('token not refreshed', { account, reason: status.lastError });
    }
  }

  function refreshOnce(reason: 'timer' | 'asked'): Promise<void> {
    running ??= refresh(reason).finally(() => {
      running = undefined;
    });
    return running;
  }

  setHandler(tokenStatus, () => status, { description: 'The last refresh and the last error' });
  setHandler(
    refreshNow,
    async () => {
      await refreshOnce('asked');
      return status;
    },
    { description: 'Refresh the token now; concurrent callers share one refresh' },
  );

  await refreshOnce('timer');
  while (!workflowInfo().continueAsNewSuggested) {
    const pause = status.lastError === null ? REFRESH_EVERY : RETRY_AFTER;
    await condition(() => workflowInfo().continueAsNewSuggested, pause);
    await refreshOnce('timer');
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof tokenRefresh>({ account });
}
