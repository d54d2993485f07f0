import { readFileSync } from 'node:fs';
import { createParameters } from '../activities/parameters/client.ts';
import type { Parameters } from '../activities/parameters/client.ts';
import { Refusal } from '../common/refusal.ts';
import { parametersOf } from '../workers/clients.ts';
import { readConfig } from '../workers/config.ts';
import type { Config } from '../workers/config.ts';
import { storeTrustOf } from '../workers/store-tls.ts';
import { localKeys } from './keys.ts';
import { storeAddressFile } from './store-address.ts';

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
  return createParameters({
    url: localStore(config.DATA_DIR),
    key: localKeys(config.DATA_DIR).parameterStoreKey,
    readTls: storeTrustOf(config),
  });
}

function localStore(dataDirectory: string): string {
  try {
    return readFileSync(storeAddressFile(dataDirectory), 'utf8').trim();
  } catch {
    throw new Refusal(
      69,
      `Expected the parameter store of ${dataDirectory} to run, found no address in ${storeAddressFile(dataDirectory)}. Start \`chatlake up\`, or set DATA_DIR or PARAMETER_STORE_URL.`,
    );
  }
}
