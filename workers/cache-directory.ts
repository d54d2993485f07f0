import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockDirectory } from '../common/directory-lock.ts';

/** The cache `name` in the data directory, which only one process may use. A second process uses a cache in its scratch directory. */
export function cacheDirectory(dataDirectory: string, scratchDirectory: string, name: string): string {
  const caches = join(dataDirectory, 'cache');
  mkdirSync(caches, { recursive: true });
  return join(lockDirectory(caches, name) === undefined ? scratchDirectory : caches, name);
}
