import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;
/** Two processes that try at the same moment can both be refused. After this time one of them has the lock (sqlite.org/lockingv3.html). */
const TIE_MS = 250;
const TRY_EVERY_MS = 100;

/** Referenced, because a database that is garbage-collected frees its lock. */
const held = new Set<DatabaseSync>();

/**
 * Locks an existing directory for this process. SQLite takes a POSIX lock on the file `.<name>.lock` in it. The kernel keeps that lock while the
 * process is frozen, and frees it when the process ends, in whatever way. Processes in other containers on this host respect it. The file stays.
 * @param tieMs how long to retry, blocking this thread; 0 if the caller retries
 * @returns the function that unlocks; undefined if this process or another holds the lock
 */
export function lockDirectory(directory: string, name: string, tieMs = TIE_MS): (() => void) | undefined {
  const database = new DatabaseSync(join(directory, `.${name}.lock`), { timeout: tieMs });
  try {
    // A journal on disk would need room there, and a killed process would leave it behind.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  held.add(database);
  return () => {
    if (held.delete(database)) database.close();
  };
}

/** Like {@link lockDirectory}, but waits for the holder. `onWait` is called once if it has to. */
export async function lockDirectoryInTurn(
  directory: string,
  name: string,
  onWait: () => void = () => {},
): Promise<() => void> {
  for (let attempt = 0; ; attempt++) {
    const unlock = lockDirectory(directory, name, 0);
    if (unlock !== undefined) return unlock;
    if (attempt === 0) onWait();
    await delay(TRY_EVERY_MS * (0.5 + Math.random()));
  }
}
