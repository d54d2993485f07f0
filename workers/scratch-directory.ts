import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDirectory, lockDirectoryInTurn } from '../common/directory-lock.ts';
import { localDisk } from '../common/disk.ts';

/** A directory for files that nobody needs once this process has ended. */
export interface ScratchDirectory {
  path: string;
  /** Removes it. */
  close(): Promise<void>;
}

/**
 * Makes a directory of this process below `<data directory>/scratch`, and removes those of processes that were killed: a union with its
 * parts, or a poll of all of Twitch, may be gigabytes. Each is locked by its process, so that workers that share a data directory leave
 * each other's alone.
 * @param name of the worker; what its directory begins with
 */
export async function openScratchDirectory(dataDirectory: string, name: string): Promise<ScratchDirectory> {
  const parent = join(dataDirectory, 'scratch');
  await mkdir(parent, { recursive: true });
  // Between a directory's making and its lock, it would look like one that was left.
  const endTurn = await lockDirectoryInTurn(parent, 'scratch');
  try {
    await removeLeft(parent);
    const path = await mkdtemp(join(parent, `${name}-`));
    const unlock = lockDirectory(path, 'scratch', 0);
    return {
      path,
      async close() {
        await localDisk.remove(path);
        unlock?.();
      },
    };
  } finally {
    endTurn();
  }
}

async function removeLeft(parent: string): Promise<void> {
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(parent, entry.name);
    const unlock = lockDirectory(path, 'scratch', 0);
    if (unlock === undefined) continue;
    await rm(path, { recursive: true, force: true });
    unlock();
  }
}
