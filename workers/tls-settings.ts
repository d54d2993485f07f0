import { X509Certificate, createPrivateKey } from 'node:crypto';
import { tlsReader } from '../common/tls-files.ts';
import type { ReadTls, TlsFiles, TlsTexts } from '../common/tls-files.ts';
import { ConfigError } from './config-error.ts';

/**
 * Checks the files for TLS, which are read again for each connection.
 * @param system the prefix of the variables: `KAFKA` for `KAFKA_TLS_CA_FILE`, `KAFKA_TLS_CERT_FILE` and `KAFKA_TLS_KEY_FILE`
 * @throws ConfigError that names the variable of the first file that cannot be used
 */
export function checkedTls(system: string, files: TlsFiles): ReadTls {
  const texts: TlsTexts = {};
  for (const part of ['ca', 'cert', 'key'] as const) {
    const path = files[part];
    if (path === undefined) continue;
    const variable = `${system}_TLS_${part.toUpperCase()}_FILE`;
    const refuse = (expected: string, found: string): ConfigError =>
      new ConfigError(`Expected ${variable} (${path}) to be ${expected}, found ${found}.`);
    try {
      Object.assign(texts, tlsReader({ [part]: path })());
    } catch (error) {
      throw refuse('a readable file in PEM', (error as NodeJS.ErrnoException).code ?? 'one that cannot be read');
    }
    const text = texts[part] ?? '';
    if (part === 'key') checkKey(text, refuse);
    else checkCertificate(text, refuse);
  }
  if (texts.cert !== undefined && texts.key !== undefined) checkPair(system, texts.cert, texts.key);
  return tlsReader(files);
}

/** A variable that others make necessary. */
export interface MissingVariable {
  variable: string;
  expected: string;
}

/** Certificates without a key, and keys without a certificate. */
export function missingPairs(settings: Readonly<Record<string, unknown>>): MissingVariable[] {
  return Object.keys(settings).flatMap((name) => {
    const other = name.replace(
      /_TLS_(CERT|KEY)_FILE$/,
      (_, part: string) => `_TLS_${part === 'CERT' ? 'KEY' : 'CERT'}_FILE`,
    );
    if (other === name || settings[name] === undefined || settings[other] !== undefined) return [];
    return [
      {
        variable: other,
        expected: `${other.includes('KEY') ? 'the key of the certificate' : 'the certificate of the key'}, because ${name} is set`,
      },
    ];
  });
}

type Refuse = (expected: string, found: string) => ConfigError;

function checkCertificate(text: string, refuse: Refuse): void {
  try {
    new X509Certificate(text);
    // Node takes one in DER, too, but its TLS does not.
    if (text.includes('-----BEGIN CERTIFICATE-----')) return;
  } catch {
    // Refused below.
  }
  const remedy = 'Convert a file in DER with `openssl x509 -inform der -in FILE`';
  throw refuse('a certificate in PEM', `none. ${remedy}`);
}

function checkKey(text: string, refuse: Refuse): void {
  if (/^-----BEGIN ENCRYPTED |^Proc-Type: .*ENCRYPTED/m.test(text))
    throw refuse('a private key without a passphrase', 'one with it. Remove it with `openssl pkey -in FILE`');
  try {
    createPrivateKey(text);
  } catch {
    throw refuse('a private key in PEM', 'none');
  }
}

function checkPair(system: string, cert: string, key: string): void {
  if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return;
  throw new ConfigError(
    `Expected ${system}_TLS_KEY_FILE to be the key of the first certificate in ${system}_TLS_CERT_FILE, found the key of another one. Put our own certificate first, then those that signed it.`,
  );
}
