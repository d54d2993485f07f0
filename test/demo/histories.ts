import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

export interface ReadHistory {
  workflowId: string;
  /** All of it, with payloads in base64. */
  json: string;
  /** The `data` of every payload as text. */
  payloads: string[];
}

/** The histories of all runs in Temporal. */
export async function* readHistories(client: Client): AsyncGenerator<ReadHistory> {
  for await (const { workflowId, runId } of client.workflow.list()) {
    const json = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    const payloads: string[] = [];
    JSON.parse(json, (key, value: unknown) => {
      if (key === 'data' && typeof value === 'string') payloads.push(Buffer.from(value, 'base64').toString());
      return value;
    });
    yield { workflowId, json, payloads };
  }
}
