import { cancellationSignal } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Log } from '../../common/log.ts';
import { abortable } from '../../common/abortable.ts';
import { tokenRefreshId } from '../../workflows/ids.ts';
import type { TokenStatus } from '../../workflows/token-refresh.ts';
import { FactError } from '../errors.ts';

/** A login that a new token does not mend, for example one without a scope, is refused again and again. */
const REQUEST_AGAIN_MS = 600_000;

/**
 * Requests a refresh of the account's token from its workflow, at most once in ten minutes, and does not wait for it. The workflow serves any
 * number of requests for one token with one refresh.
 */
export function createRefreshRequest(client: Client, account: string, log: Log, now = Date.now): () => void {
  let requestedAtMs = -Infinity;
  return () => {
    if (now() - requestedAtMs < REQUEST_AGAIN_MS) return;
    requestedAtMs = now();
    client.workflow
      .getHandle(tokenRefreshId(account))
      .executeUpdate<TokenStatus, []>('refreshNow')
      .catch((error: unknown) =>
        log.debug('no refresh of a token could be requested', { account, reason: String(error) }),
      );
  };
}

/**
 * Requests a refresh of the account's token from its workflow, and waits for it. Concurrent activities share one refresh.
 * It belongs to an activity, whose cancellation ends it.
 * @throws FactError, retryable, with the reason: an operator may correct the credentials or store another token
 */
export function createRefreshNow(client: Client, account: string): () => Promise<void> {
  return async () => {
    const update = client.workflow.getHandle(tokenRefreshId(account)).executeUpdate<TokenStatus, []>('refreshNow');
    // A worker that stops runs no workflow any more, so its own update would never end.
    const { lastError } = await abortable(cancellationSignal(), update);
    if (lastError === null) return;
    throw new FactError(`Expected a new token for ${account}, but the refresh failed: ${lastError}`, {
      facts: { account },
      retryable: true,
    });
  };
}
