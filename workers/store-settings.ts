import { ConfigError } from './config.ts';
import type { Config } from './config.ts';

type Settings = Pick<
  Config,
  | 'PARAMETER_STORE_LISTEN'
  | 'PARAMETER_STORE_HOSTS'
  | 'PARAMETER_STORE_ENCRYPTION_KEY'
  | 'PARAMETER_STORE_OLD_ENCRYPTION_KEY'
>;

/** Where the parameter store listens, under which names, and the keys of its secrets. @throws ConfigError without a key */
export function storeSettings(config: Settings): {
  host: string;
  port: number;
  hosts: string[];
  encryptionKey: Buffer;
  oldEncryptionKeys: Buffer[];
} {
  const { PARAMETER_STORE_LISTEN: address, PARAMETER_STORE_ENCRYPTION_KEY: key } = config;
  if (key === undefined) {
    throw new ConfigError(
      'Expected PARAMETER_STORE_ENCRYPTION_KEY or PARAMETER_STORE_ENCRYPTION_KEY_FILE to be set, got neither. Create a key with `openssl rand -hex 32` and keep it: without it the stored tokens cannot be decrypted.',
    );
  }
  const colon = address.lastIndexOf(':');
  const old = config.PARAMETER_STORE_OLD_ENCRYPTION_KEY;
  return {
    host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.slice(colon + 1)),
    hosts: config.PARAMETER_STORE_HOSTS,
    encryptionKey: Buffer.from(key, 'hex'),
    oldEncryptionKeys: old === undefined ? [] : [Buffer.from(old, 'hex')],
  };
}
