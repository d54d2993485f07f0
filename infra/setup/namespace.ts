import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';

const WEEK_SECONDS = 7 * 24 * 3600;

/** Keeps closed workflows for a week, so that last night can be looked at in the web UI. A longer retention is left alone. */
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
/** A new namespace is known to all parts of the server after some seconds. */
const KNOWN_WITHIN_MS = 60_000;

/** Makes the namespace on a server of our own, which begins with `default` alone. One that is there is left as it is. */
export async function ensureNamespace(connection: Connection, namespace: string): Promise<void> {
  const service = connection.workflowService;
  const isThere = await service.describeNamespace({ namespace }).then(
    () => true,
    (error: { code?: unknown }) => {
      if (error.code !== NOT_FOUND) throw error;
      return false;
    },
  );
  if (isThere) return;
  await service.registerNamespace({ namespace, workflowExecutionRetentionPeriod: seconds(WEEK_SECONDS) });
  for (const deadline = Date.now() + KNOWN_WITHIN_MS; ; await delay(100)) {
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
