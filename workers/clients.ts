import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { createParameters } from '../activities/parameters/client.ts';
import type { Parameters } from '../activities/parameters/client.ts';
import type { Config } from './config.ts';

export function parametersOf(config: Config): Parameters {
  return createParameters({ url: config.PARAMETER_STORE_URL, key: config.PARAMETER_STORE_KEY });
}

/** Uses the worker's own connection. */
export function temporalClientOf(config: Config, connection: NativeConnection): Client {
  return new Client({ connection, namespace: config.temporal.namespace });
}
