import assert from 'node:assert/strict';
import type { Client, Connection } from '@temporalio/client';
import { ensureWorkflows } from '../../../infra/setup/workflows.ts';
import { CHAT_LOAD_ID, tokenRefreshId } from '../../../workflows/ids.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { temporalNamespace } from '../../integration/temporal-namespace.ts';
import { waitFor } from '../../integration/wait-for.ts';

describe('ensureWorkflows(client, accounts)', () => {
  let client: Client;
  let connection: Connection;

  before(async function connect() {
    this.timeout(SERVERS_TIMEOUT_MS);
    ({ client, connection } = await temporalNamespace('permanent'));
  });
  after(() => connection.close());

  async function running(): Promise<string[]> {
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
      ids.push(workflowId);
    return ids.sort();
  }
  async function isCancelled(account: string): Promise<boolean> {
    const { events } = await client.workflow.getHandle(tokenRefreshId(account)).fetchHistory();
    return events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes) === true;
  }

  it('starts a token’s workflow for each account and one for loading, once', async () => {
    await ensureWorkflows(client, ['first', 'second']);
    await ensureWorkflows(client, ['first', 'second']);
    const expected = [CHAT_LOAD_ID, tokenRefreshId('first'), tokenRefreshId('second')];
    await waitFor('the three', async () => (await running()).join() === expected.join());
  });

  it('ends that of an account that is not named any more, and of no other', async () => {
    await ensureWorkflows(client, ['second', 'third']);
    assert.deepEqual([await isCancelled('first'), await isCancelled('second'), await isCancelled('third')], [true, false, false]); // prettier-ignore
  });
});
