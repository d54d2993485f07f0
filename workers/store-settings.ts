import { ConfigError } from './config.ts';
import type { Config } from './config.ts';

/** Where the parameter store listens, and the key of its secrets. @throws ConfigError without a key */
export function storeSettings(config: Pick<Config, 'PARAMETER_STORE_LISTEN' | 'PARAMETER_STORE_ENCRYPTION_KEY'>): {
  host: string;
  port: number;
  encryptionKey: Buffer;
} {
  const { PARAMETER_STORE_LISTEN: address, PARAMETER_STORE_ENCRYPTION_KEY: key } = config;
  if (key === undefined) {
    throw new ConfigError(
      'Expected PARAMETER_STORE_ENCRYPTION_KEY or PARAMETER_STORE_ENCRYPTION_KEY_FILE to be set, got neither. Create a key with `openssl rand -hex 32` and keep it: without it the stored tokens cannot be decrypted.',
    );
  }
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(colon + 1)), encryptionKey: Buffer.from(key, 'hex') };
}
