import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lockDirectoryInTurn } from '../../common/directory-lock.ts';

/** Where built servers are kept, shared by all checkouts of this user. */
export function cacheDirectory(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'chatlake');
}

export interface CacheEntry {
  /** The directory's name, with the version: another version is another entry. */
  name: string;
  /** Entries that share a lock are never built at the same time. */
  lock: string;
  isComplete(directory: string): boolean | Promise<boolean>;
  /** Fills an empty directory. */
  build(directory: string): Promise<void>;
  /** Called when another process holds the lock and is waited for. */
  onWait?(): void;
}

/**
 * The directory of an entry, built where it is not there yet. It is built beside its place and appears there by one rename, so that an
 * interrupted build leaves nothing that looks finished; a lock keeps two checkouts from building the same thing side by side.
 */
export async function cached(entry: CacheEntry): Promise<string> {
  const place = join(cacheDirectory(), entry.name);
  if (await entry.isComplete(place)) return place;
  mkdirSync(cacheDirectory(), { recursive: true });
  const unlock = await lockDirectoryInTurn(cacheDirectory(), entry.lock, () => entry.onWait?.());
  try {
    if (await entry.isComplete(place)) return place;
    removeScratches(entry.name);
    const scratch = mkdtempSync(`${place}.`);
    try {
      await entry.build(scratch);
      rmSync(place, { recursive: true, force: true });
      renameSync(scratch, place);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    return place;
  } finally {
    unlock();
  }
}

/** Removes what builds of this entry that were killed have left; who holds the lock is the only builder. */
function removeScratches(name: string): void {
  for (const left of readdirSync(cacheDirectory()).filter((other) => other.startsWith(`${name}.`))) {
    rmSync(join(cacheDirectory(), left), { recursive: true, force: true });
  }
}
