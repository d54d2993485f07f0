import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';

/** SQLite's code for a file that somebody else has locked (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;

/**
 * Locks a directory that exists, by a lock of the kernel on the empty file `.<name>.lock` in it (fcntl(2), by way of SQLite). The lock ends
 * with its process, however that ends, and so it is never taken over from somebody who is thought to be dead. The file stays: a lock on a
 * file that was removed would keep nobody out.
 * @returns the function that unlocks; undefined where the lock is held, by this process or another
 */
export function lockDirectory(directory: string, name: string): (() => void) | undefined {
  const database = new DatabaseSync(join(directory, `.${name}.lock`), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return () => {
    if (database.isOpen) database.close();
  };
}
