import { createHash, timingSafeEqual } from 'node:crypto';
import { StoreFault } from './fault.ts';

/** A key, and the paths that it opens. A prefix like `status/` stands for all paths that begin with it, '' for all paths. */
export interface StoreKey {
  /** Who has it, for messages and the log. */
  name: string;
  /** At least 16 characters. */
  key: string;
  read: readonly string[];
  write: readonly string[];
}

/** A key that opens everything. */
export const fullAccess = (key: string): StoreKey => ({ name: 'operator', key, read: [''], write: [''] });

const SHORTEST_KEY = 16;

/** @throws Error for keys that are too short, or that two have */
export function checkKeys(keys: readonly StoreKey[]): void {
  const short = keys.find(({ key }) => key.length < SHORTEST_KEY);
  if (short !== undefined) {
    throw new Error(
      `Expected the store’s key of ${short.name} to have at least ${SHORTEST_KEY} characters, found ${short.key.length}. Create one with \`openssl rand -base64 32\`.`,
    );
  }
  const double = keys.find(({ key }, index) => keys.findIndex((other) => other.key === key) !== index);
  if (double !== undefined)
    throw new Error(`Expected each key of the store to be another one, but ${double.name} has that of another.`);
}

/**
 * The key in an `Authorization` header. Takes the same time for right and wrong keys: it compares digests, which have one length, with all.
 * @throws StoreFault 401
 */
export function keyIn(authorization: string | undefined, keys: readonly StoreKey[]): StoreKey {
  const sent = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
  const [found] = keys.filter(({ key }) => timingSafeEqual(digestOf(sent), digestOf(key)));
  if (found !== undefined) return found;
  throw new StoreFault(
    401,
    'unauthorized',
    'Expected `Authorization: Bearer <key>` with a key of this store. Set PARAMETER_STORE_KEY.',
  );
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

export function opens(prefixes: readonly string[], path: string): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix));
}

/** @throws StoreFault 403 */
export function checkAccess(key: StoreKey, verb: 'read' | 'write', path: string): void {
  if (opens(key[verb], path)) return;
  throw new StoreFault(
    403,
    'forbidden',
    `Expected a key that may ${verb} ${path}, got that of ${key.name}, which may not. Use the operator’s key.`,
  );
}
