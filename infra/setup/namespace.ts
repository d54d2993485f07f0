import type { Connection } from '@temporalio/client';

const WEEK_SECONDS = 7 * 24 * 3600;

/** Keeps closed workflows for a week, so that last night can be looked at in the web UI. A longer retention is left alone. */
export async function ensureRetention(connection: Connection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) >= WEEK_SECONDS) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: { seconds: { low: WEEK_SECONDS, high: 0, unsigned: false } as never } },
  });
}
