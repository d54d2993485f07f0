import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What the name of a file that is being written ends with; it begins with a dot. */
export const SCRATCH_END = '.tmp';

/**
 * Puts a file in place as a whole, or not at all: written beside its place under a hidden name, flushed to the disk, renamed, and the rename
 * flushed by flushing the directory. A reader sees the old file or the new one, after a power cut as well; on NFS too, where rename is
 * atomic on the server. What cannot be finished is removed.
 * @param mode of the file, before the umask: 0o600 for its owner alone
 */
export async function writeWhole(file: string, content: string | Buffer, mode: number): Promise<void> {
  const scratch = join(dirname(file), `.${basename(file)}.${randomUUID()}${SCRATCH_END}`);
  try {
    const handle = await open(scratch, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
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

/** Makes durable what was renamed, made or removed in a directory. Some file systems refuse to flush one and need it not. */
export async function syncDirectory(directory: string): Promise<void> {
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
