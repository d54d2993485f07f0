import { readFileSync } from 'node:fs';
import type { ReadTls } from '../common/tls-files.ts';
import { localPath } from './local-path.ts';
import { checkedTls } from './tls-settings.ts';

/** The variables for a parameter store over TLS: the authority for clients, certificate and key for the store itself. */
export const STORE_SECURITY = {
  PARAMETER_STORE_TLS_CA_FILE: localPath.optional(),
  PARAMETER_STORE_TLS_CERT_FILE: localPath.optional(),
  PARAMETER_STORE_TLS_KEY_FILE: localPath.optional(),
};

type StoreSettings = { readonly [Name in keyof typeof STORE_SECURITY]?: string | undefined };

/** What the clients of the store trust. @throws ConfigError if the file cannot be used */
export function storeTrustOf({ PARAMETER_STORE_TLS_CA_FILE: ca }: StoreSettings): ReadTls | undefined {
  return ca === undefined ? undefined : checkedTls('PARAMETER_STORE', { ca });
}

/** The certificate and the key of the store; undefined without TLS. @throws ConfigError if a file cannot be used */
export function storeTlsOf(settings: StoreSettings): { cert: string; key: string } | undefined {
  const { PARAMETER_STORE_TLS_CERT_FILE: cert, PARAMETER_STORE_TLS_KEY_FILE: key } = settings;
  if (cert === undefined || key === undefined) return undefined;
  checkedTls('PARAMETER_STORE', { cert, key });
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}
