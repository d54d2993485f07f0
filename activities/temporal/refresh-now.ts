import type { Client } from '@temporalio/client';
import { tokenRefreshId } from '../../workflows/ids.ts';

/** Has the account's token refreshed by its workflow, and waits for it. Activities at the same time share one refresh. */
export function createRefreshNow(client: Client, account: string): () => Promise<void> {
  return async () => {
    await client.workflow.getHandle(tokenRefreshId(account)).executeUpdate('refreshNow');
  };
}
