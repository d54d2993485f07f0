import type { ParameterStoreOptions } from '../infra/parameter-store/server.ts';
import { roleKeys } from '../infra/setup/parameter-access.ts';
import { ConfigError } from './config.ts';
import type { Config } from './config.ts';

type StoreConfig = Pick<
  Config,
  | 'PARAMETER_STORE_KEY'
  | 'PARAMETER_STORE_LISTEN'
  | 'PARAMETER_STORE_HOSTS'
  | 'PARAMETER_STORE_ENCRYPTION_KEY'
  | 'PARAMETER_STORE_OLD_ENCRYPTION_KEY'
>;

/** Where the parameter store listens, and its keys. @throws ConfigError without a key for secrets */
export function storeOptions(
  config: StoreConfig,
): Pick<
  ParameterStoreOptions,
  'key' | 'otherKeys' | 'encryptionKey' | 'oldEncryptionKeys' | 'hosts' | 'host' | 'port'
> {
  const {
    PARAMETER_STORE_KEY: key,
    PARAMETER_STORE_LISTEN: address,
    PARAMETER_STORE_HOSTS: hosts,
    PARAMETER_STORE_ENCRYPTION_KEY: encryptionKey,
    PARAMETER_STORE_OLD_ENCRYPTION_KEY: oldKey,
  } = config;
  if (encryptionKey === undefined) {
    throw new ConfigError(
      'Expected PARAMETER_STORE_ENCRYPTION_KEY or PARAMETER_STORE_ENCRYPTION_KEY_FILE to be set, got neither. Create a key with `openssl rand -hex 32` and keep it: without it the stored tokens cannot be decrypted.',
    );
  }
  const colon = address.lastIndexOf(':');
  return {
    key,
    otherKeys: roleKeys(key),
    encryptionKey: Buffer.from(encryptionKey, 'hex'),
    oldEncryptionKeys: oldKey === undefined ? [] : [Buffer.from(oldKey, 'hex')],
    hosts,
    host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.slice(colon + 1)),
  };
}
