import type { Client } from '@temporalio/client';
import { tokenRefreshId } from '../../workflows/ids.ts';
import type { TokenStatus } from '../../workflows/token-refresh.ts';
import { FactError } from '../errors.ts';

/**
 * Has the account's token refreshed by its workflow, and waits for it. Activities at the same time share one refresh.
 * @throws FactError, retryable, that says why it was not refreshed: somebody may mend the credentials or store another token
 */
export function createRefreshNow(client: Client, account: string): () => Promise<void> {
  return async () => {
    const { lastError } = await client.workflow
      .getHandle(tokenRefreshId(account))
      .executeUpdate<TokenStatus, []>('refreshNow');
    if (lastError === null) return;
    throw new FactError(`Expected a fresh token of ${account}, but: ${lastError}`, {
      facts: { account },
      retryable: true,
    });
  };
}
