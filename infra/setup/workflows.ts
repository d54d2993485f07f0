import type { Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { chatLoad } from '../../workflows/chat-load.ts';
import { CHAT_LOAD_ID, tokenRefreshId } from '../../workflows/ids.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import type { tokenRefresh } from '../../workflows/token-refresh.ts';

/** Starts the two permanent workflows if they do not run yet. */
export async function ensureWorkflows(client: Client, account: string): Promise<void> {
  const once = {
    taskQueue: TASK_QUEUES.orchestrate,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  };
  await client.workflow.start<typeof tokenRefresh>('tokenRefresh', {
    ...once,
    workflowId: tokenRefreshId(account),
    args: [{ account }],
    staticSummary: `Token of ${account}`,
  });
  await client.workflow.start<typeof chatLoad>('chatLoad', {
    ...once,
    workflowId: CHAT_LOAD_ID,
    args: [],
    staticSummary: 'Stores the messages in Kafka',
  });
}
