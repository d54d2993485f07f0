import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Puts a file in place as a whole, or not at all: written beside its place under a name that no parameter has, flushed to the disk,
 * renamed, and the rename flushed by flushing the directory. A reader sees the old file or the new one, after a power cut as well; on
 * NFS too, where rename is atomic on the server. The file is its owner's alone (0600).
 */
export async function writeWhole(file: string, content: string): Promise<void> {
  const scratch = join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(scratch, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(scratch, file);
  } catch (error) {
    await rm(scratch, { force: true });
    throw error;
  }
  await syncDirectory(dirname(file));
}

export async function removeWhole(file: string): Promise<void> {
  await rm(file);
  await syncDirectory(dirname(file));
}

/** Makes a directory, its parents, and the entry of the first new one durable. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  for (let made = directory; first !== undefined && made.length >= first.length; made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

/** Removes what writes that were cut off have left. Only for a directory that no other process writes to. */
export async function removeScratches(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() && entry.name.startsWith('.') && entry.name.endsWith('.tmp')) {
      await rm(join(entry.parentPath, entry.name), { force: true });
    }
  }
}

/** Some file systems refuse to flush a directory and need it not. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  } finally {
    await handle.close();
  }
}
