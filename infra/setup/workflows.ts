import type { Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { chatLoad } from '../../workflows/chat-load.ts';
import { CHAT_LOAD_ID, tokenRefreshId } from '../../workflows/ids.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import type { tokenRefresh } from '../../workflows/token-refresh.ts';

const RUNNING_TOKENS = "WorkflowType = 'tokenRefresh' AND ExecutionStatus = 'Running'";

/**
 * Starts the permanent workflows if they do not run yet: one for the token of each account, and one for loading. Ends those for tokens of
 * accounts that are not named any more; the tokens stay.
 */
export async function ensureWorkflows(client: Client, accounts: readonly string[]): Promise<void> {
  const once = {
    taskQueue: TASK_QUEUES.orchestrate,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  };
  for (const account of accounts)
    await client.workflow.start<typeof tokenRefresh>('tokenRefresh', {
      ...once,
      workflowId: tokenRefreshId(account),
      args: [{ account }],
      staticSummary: `Token of ${account}`,
    });
  const wanted = new Set(accounts.map(tokenRefreshId));
  for await (const { workflowId } of client.workflow.list({ query: RUNNING_TOKENS }))
    if (!wanted.has(workflowId)) await client.workflow.getHandle(workflowId).cancel();
  await client.workflow.start<typeof chatLoad>('chatLoad', {
    ...once,
    workflowId: CHAT_LOAD_ID,
    args: [],
    staticSummary: 'Stores the messages in Kafka',
  });
}
