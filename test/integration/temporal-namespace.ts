import { Client, Connection } from '@temporalio/client';
import { temporal } from './servers.ts';
import { waitFor } from './wait-for.ts';

/** A new namespace on the shared Temporal, without the workers of other tests. */
export async function temporalNamespace(
  name: string,
): Promise<{ client: Client; connection: Connection; namespace: string }> {
  const { address } = await temporal();
  const connection = await Connection.connect({ address });
  const namespace = `${name}-${crypto.randomUUID().slice(0, 8)}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const client = new Client({ connection, namespace });
  await waitFor('the namespace to be known', async () => (await client.workflow.count()) !== undefined);
  return { client, connection, namespace };
}
