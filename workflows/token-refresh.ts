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
  /** Why the token is of no use although it is valid, with the remedy; null if it is of use. */
  trouble: string | null;
}

/** Refreshes now and returns the result. Concurrent callers share one refresh. */
export const refreshNow = defineUpdate<TokenStatus>('refreshNow');
export const tokenStatus = defineQuery<TokenStatus>('status');

/** Histories of 0.2.0 do not say when to look again. */
const CHECK_AGAIN_SECONDS = 1_800;
/** After a failure. A corrected secret or a new token then takes effect soon. */
const RETRY_AFTER_SECONDS = 60;

const { refreshToken } = proxyActivities<TokenActivities>({
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
  summary: 'refresh the token and store the new one',
});

/**
 * Keeps the token of one account fresh, forever.
 *
 * It calls the activity at the start, whenever that has asked to be called again, and on `refreshNow`, which activities call after a 401. The
 * activity knows the interval: it refreshes the token or, between two refreshes, asks Twitch whether it is still valid. So a changed setting
 * reaches a running workflow with the next call. The workflow never sees the token: the activity stores it in the parameter store and returns
 * when it expires. After a failure that no retry fixes (the grant was revoked), or when a token has lost a scope, the status has the reason,
 * and the refresh is tried again every minute, because a new login fixes it.
 */
export async function tokenRefresh({ account }: TokenRefreshInput): Promise<void> {
  const status: TokenStatus = { account, lastRefresh: null, lastError: null, trouble: null };
  let running: Promise<void> | undefined;

  async function refresh(reason: 'timer' | 'asked'): Promise<void> {
    try {
      status.lastRefresh = await refreshToken({ account, reason });
      status.lastError = null;
      // Histories of 0.2.0 have none.
      status.trouble = status.lastRefresh.trouble ?? null;
      const { kind, expiresAt } = status.lastRefresh;
      const validity = `The ${kind} token of **${account}** is valid${expiresAt === null ? '' : ` until ${expiresAt}`}.`;
      setCurrentDetails(status.trouble === null ? validity : `${validity}\n\n${status.trouble}`);
      if (status.trouble !== null) log.warn('a token is of no use', { account, reason: status.trouble });
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
    const isWell = status.lastError === null && status.trouble === null;
    const seconds = isWell ? (status.lastRefresh?.nextCheckSeconds ?? CHECK_AGAIN_SECONDS) : RETRY_AFTER_SECONDS;
    await condition(() => workflowInfo().continueAsNewSuggested, seconds * 1000);
    await refreshOnce('timer');
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof tokenRefresh>({ account });
}
