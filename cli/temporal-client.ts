import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { abortable } from '../common/abortable.ts';
import { lastTemporalAddress } from '../infra/local/temporal-server.ts';
import { UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';
import type { Config } from '../workers/config.ts';
import { noTemporal } from '../workers/temporal-fault.ts';
import { WITHOUT_OTHER_TEMPORALS } from '../workers/variable-names.ts';
import { hasLauncher } from './running-lake.ts';

/** A person waits: with Temporal away, the command says so soon. */
const PATIENCE_MS = 5_000;

/**
 * Runs `work` with a client of Temporal, for a command that asks or starts workflows: of the Temporal at TEMPORAL_ADDRESS or, without that
 * variable, of the pipeline that runs in DATA_DIR.
 * @param signal ends the wait for Temporal, not `work`
 * @throws Refusal 69 if Temporal does not answer
 */
export async function withTemporal<T>(
  config: Config,
  work: (client: Client) => Promise<T>,
  signal = new AbortController().signal,
): Promise<T> {
  const { temporal } = ofRunningPipeline(config, process.env);
  const connection = await abortable(signal, connect(temporal));
  try {
    return await work(new Client({ connection, namespace: temporal.namespace }));
  } finally {
    await connection.close();
  }
}

/** The settings with the Temporal of the pipeline that runs in DATA_DIR, unless TEMPORAL_ADDRESS is set or none runs there. */
export function ofRunningPipeline(config: Config, env: NodeJS.ProcessEnv): Config {
  if (env['TEMPORAL_ADDRESS'] || !hasLauncher(config.DATA_DIR)) return config;
  const address = lastTemporalAddress(join(config.DATA_DIR, 'servers', 'temporal'));
  if (address === undefined) return config;
  return readConfig({ ...env, ...WITHOUT_OTHER_TEMPORALS, ...UNUSED_STORE_KEY, TEMPORAL_ADDRESS: address });
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
