import { Client, Connection } from '@temporalio/client';
import type { Config } from '../workers/config.ts';
import { noTemporal } from '../workers/temporal-fault.ts';

/** A person waits: with Temporal away, the command says so soon. */
const PATIENCE_MS = 5_000;

/**
 * Runs `work` with a client of Temporal, for a command that starts workflows.
 * @throws Refusal 69 if Temporal does not answer
 */
export async function withTemporal<T>({ temporal }: Config, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await connect(temporal);
  try {
    return await work(new Client({ connection, namespace: temporal.namespace }));
  } finally {
    await connection.close();
  }
}

async function connect({ connectionOptions }: Config['temporal']): Promise<Connection> {
  try {
    return await Connection.connect({ ...connectionOptions, connectTimeout: PATIENCE_MS });
  } catch (error) {
    const remedy =
      'Start it with `make up`, or set TEMPORAL_ADDRESS to the address that `make demo` or `make up` has printed.';
    throw await noTemporal(connectionOptions, error, remedy);
  }
}

/** The innermost cause: Temporal wraps the failure of an activity twice. */
export function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause === undefined ? message : causeOf(cause);
}
