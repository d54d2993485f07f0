import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

/** SQLite's code for a file that somebody else has locked (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
/** Two that try at the same moment are in each other's way; after this long one of them has the lock (sqlite.org/lockingv3.html). */
const TIE_MS = 250;
/** How often a lock that another holds is tried. */
const LOOK_EVERY_MS = 100;

/**
 * Locks a directory that exists, by a lock of the kernel on the empty file `.<name>.lock` in it (fcntl(2), by way of SQLite). The lock ends
 * with its process, however that ends, and so it is never taken over from somebody who is thought to be dead. The file stays: a lock on a
 * file that was removed would keep nobody out.
 * @param tieMs how long a lock that is held is tried, with this thread waiting: 0 where nobody can try at the same moment
 * @returns the function that unlocks; undefined where the lock is held, by this process or another
 */
export function lockDirectory(directory: string, name: string, tieMs = TIE_MS): (() => void) | undefined {
  return tryLock(join(directory, `.${name}.lock`), tieMs);
}

/** {@link lockDirectory}, once whoever holds the lock has given it back. */
export async function lockDirectoryInTurn(
  directory: string,
  name: string,
  onWait: () => void = () => {},
): Promise<() => void> {
  for (let tries = 0; ; tries += 1) {
    const unlock = tryLock(join(directory, `.${name}.lock`), 0);
    if (unlock !== undefined) return unlock;
    if (tries === 0) onWait();
    await delay(LOOK_EVERY_MS * (0.5 + Math.random()));
  }
}

/** A handle that nobody refers to is closed when memory is collected, and its lock ends with it. */
const HELD = new Set<DatabaseSync>();

function tryLock(file: string, tieMs: number): (() => void) | undefined {
  const database = new DatabaseSync(file, { timeout: tieMs });
  try {
    // A journal on the disk would be left by a process that is killed.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  HELD.add(database);
  return () => {
    if (HELD.delete(database)) database.close();
  };
}
