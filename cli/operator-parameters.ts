import { createParameters } from '../activities/parameters/client.ts';
import type { Parameters } from '../activities/parameters/client.ts';
import { Refusal } from '../common/refusal.ts';
import { parametersOf } from '../workers/clients.ts';
import { readConfig } from '../workers/config.ts';
import type { Config } from '../workers/config.ts';
import { storeTrustOf } from '../workers/store-tls.ts';
import { localKeys } from './keys.ts';
import { hasLauncher } from './running-lake.ts';
import { readStoreAddress } from './store-address.ts';

/** The settings of a command of the operator. Its key of the store may come from DATA_DIR. */
export function operatorConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return readConfig(env['PARAMETER_STORE_URL'] ? env : { ...env, PARAMETER_STORE_KEY: 'x'.repeat(16) });
}

/**
 * The parameter store at PARAMETER_STORE_URL with PARAMETER_STORE_KEY. Without that variable, the one of the pipeline that runs in DATA_DIR.
 * @throws Refusal 69 if none runs there
 */
export function operatorParameters(config: Config, env: NodeJS.ProcessEnv = process.env): Parameters {
  if (env['PARAMETER_STORE_URL']) return parametersOf(config);
  const { DATA_DIR: dataDirectory } = config;
  const url = readStoreAddress(dataDirectory);
  if (url === undefined) throw notRunning(dataDirectory);
  return createParameters({ url, key: localKeys(dataDirectory).parameterStoreKey, readTls: storeTrustOf(config) });
}

function notRunning(dataDirectory: string): Refusal {
  if (hasLauncher(dataDirectory))
    return new Refusal(
      69,
      `Expected the pipeline in ${dataDirectory} to have started, but it is still starting. Run this again when it has printed \`Started\`.`,
    );
  return new Refusal(
    69,
    `Expected a running pipeline in ${dataDirectory}, found none. Start it with \`make up\` in another terminal, and run this again when it has printed \`Started\`; or set DATA_DIR or PARAMETER_STORE_URL.`,
  );
}
