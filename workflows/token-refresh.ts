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
  /** The last refresh that worked, if any in this run. */
  lastRefresh: TokenRefreshed | null;
  /** Why the last try failed; null after one that worked. */
  lastError: string | null;
}

/** Refreshes now and returns when that is done. Callers that come while a refresh is under way share it. */
export const refreshNow = defineUpdate<TokenStatus>('refreshNow');
export const tokenStatus = defineQuery<TokenStatus>('status');

const REFRESH_EVERY = '30 minutes';
/** After a refresh that failed: whoever mends a secret or stores a new token need not wait for half an hour. */
const TRY_AGAIN_AFTER = '1 minute';

const { refreshToken } = proxyActivities<TokenActivities>({
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
  summary: 'exchange the token and store the new one',
});

/**
 * Keeps the token of one account fresh, for ever.
 *
 * It refreshes when it starts, every 30 minutes, and whenever somebody asks by `refreshNow` (an activity that was answered 401 does).
 * The token itself never comes here: the activity stores it in the parameter store and tells when it ends. A refresh that fails for
 * good (the grant was revoked) leaves its reason in the status and is tried again a minute later, since a new login cures it.
 */
export async function tokenRefresh({ account }: TokenRefreshInput): Promise<void> {
  const status: TokenStatus = { account, lastRefresh: null, lastError: null };
  let underWay: Promise<void> | undefined;

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
    underWay ??= refresh(reason).finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  setHandler(tokenStatus, () => status, { description: 'When the token was refreshed last, and what went wrong' });
  setHandler(
    refreshNow,
    async () => {
      await refreshOnce('asked');
      return status;
    },
    { description: 'Refresh the token now; callers at the same time share one refresh' },
  );

  await refreshOnce('timer');
  while (!workflowInfo().continueAsNewSuggested) {
    const pause = status.lastError === null ? REFRESH_EVERY : TRY_AGAIN_AFTER;
    await condition(() => workflowInfo().continueAsNewSuggested, pause);
    await refreshOnce('timer');
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof tokenRefresh>({ account });
}
