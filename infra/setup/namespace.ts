import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';

const WEEK_SECONDS = 7 * 24 * 3600;

/** Keeps closed workflows for at least a week, so that they can be examined in the web UI. */
export async function ensureRetention(connection: Connection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) >= WEEK_SECONDS) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: seconds(WEEK_SECONDS) },
  });
}

/** gRPC's status NOT_FOUND. */
const NOT_FOUND = 5;
/** The server needs some seconds until a new namespace can be used. */
const READY_WITHIN_MS = 60_000;

/** Creates the namespace if it does not exist. A new local server has only `default`. */
export async function ensureNamespace(connection: Connection, namespace: string): Promise<void> {
  const service = connection.workflowService;
  const exists = await service.describeNamespace({ namespace }).then(
    () => true,
    (error: { code?: unknown }) => {
      if (error.code !== NOT_FOUND) throw error;
      return false;
    },
  );
  if (exists) return;
  await service.registerNamespace({ namespace, workflowExecutionRetentionPeriod: seconds(WEEK_SECONDS) });
  for (const deadline = Date.now() + READY_WITHIN_MS; ; await delay(100)) {
    try {
      await service.listWorkflowExecutions({ namespace, pageSize: 1 });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

function seconds(count: number): { seconds: never } {
  return { seconds: { low: count, high: 0, unsigned: false } as never };
}
