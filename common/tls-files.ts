import { readFileSync } from 'node:fs';

/** Paths of files in PEM. */
export interface TlsFiles {
  /** Authorities that are trusted, instead of those that Node knows. */
  ca?: string | undefined;
  /** Our own certificate with its chain. Set together with `key`. */
  cert?: string | undefined;
  key?: string | undefined;
}

/** The contents of {@link TlsFiles}, as Node's TLS takes them. */
export type TlsTexts = Partial<Record<keyof TlsFiles, string>>;

/** Reads the files. Called for each connection, so that a renewed certificate is used without a restart. */
export type ReadTls = () => TlsTexts;

export function tlsReader(files: TlsFiles): ReadTls {
  const paths = Object.entries(files).filter((entry): entry is [keyof TlsFiles, string] => entry[1] !== undefined);
  return () => Object.fromEntries(paths.map(([part, path]) => [part, readFileSync(path, 'utf8')]));
}

/** The options of got that trust the authorities of these files. */
export function trusting(tls: TlsTexts): { certificateAuthority?: string } {
  return tls.ca === undefined ? {} : { certificateAuthority: tls.ca };
}

/** Whether an error's code says that a server's certificate comes from an unknown authority, or has expired. */
export function isUntrusted(code: unknown): boolean {
  return typeof code === 'string' && /CERT|ISSUER|LEAF/.test(code) && !/ALTNAME|ALERT/.test(code);
}
