import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lockDirectoryInTurn } from '../../common/directory-lock.ts';

/** The directory for built servers. All checkouts of this user share it. */
export function cacheDirectory(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'chatlake');
}

export interface CacheEntry {
  /** The name of its directory. Includes the version. */
  name: string;
  /** Entries that share a lock are never built at the same time. */
  lock: string;
  isComplete(directory: string): boolean | Promise<boolean>;
  /** Fills an empty directory. */
  build(directory: string): Promise<void>;
  /** Called when another process holds the lock. */
  onWait?(): void;
}

/**
 * The directory of an entry. Builds it if necessary: in a temporary directory, which is renamed when the build is complete. So an
 * interrupted build never looks finished. A lock prevents two checkouts from building the same entry at the same time.
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

/** Removes the temporary directories of killed builds. Call it with the lock: other builders do not run then. */
function removeScratches(name: string): void {
  for (const left of readdirSync(cacheDirectory()).filter((other) => other.startsWith(`${name}.`))) {
    rmSync(join(cacheDirectory(), left), { recursive: true, force: true });
  }
}
