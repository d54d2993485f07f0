import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDirectory, lockDirectoryInTurn } from '../common/directory-lock.ts';
import { localDisk } from '../common/disk.ts';

/** A directory for files that are not needed after the process has ended. */
export interface ScratchDirectory {
  path: string;
  /** Removes the directory. */
  close(): Promise<void>;
}

/**
 * Creates a directory for this process below `<data directory>/scratch`, and removes those of killed processes: a union with its parts, or a
 * poll of all of Twitch, may be gigabytes. Each process locks its directory, so workers that share a data directory do not remove each
 * other's.
 * @param name of the worker; the prefix of its directory
 */
export async function openScratchDirectory(dataDirectory: string, name: string): Promise<ScratchDirectory> {
  const parent = join(dataDirectory, 'scratch');
  await mkdir(parent, { recursive: true });
  // Another process would remove a new directory that is not locked yet.
  const endTurn = await lockDirectoryInTurn(parent, 'scratch');
  try {
    await removeAbandoned(parent);
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

async function removeAbandoned(parent: string): Promise<void> {
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(parent, entry.name);
    const unlock = lockDirectory(path, 'scratch', 0);
    if (unlock === undefined) continue;
    await rm(path, { recursive: true, force: true });
    unlock();
  }
}
