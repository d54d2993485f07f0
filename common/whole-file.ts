import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The end of the name of a temporary file. The name starts with a dot. */
export const SCRATCH_END = '.tmp';

/**
 * Writes a file completely or not at all: writes a temporary file beside it, flushes it, renames it, and flushes the directory. Readers see
 * the old file or the new one, also after a power cut, and on NFS, where rename is atomic on the server. On failure, the temporary file is
 * removed.
 * @param mode the mode of the file before the umask: 0o600 for its owner only
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

/** Makes renames, new entries and removals in a directory durable. Some file systems refuse to flush a directory, and do not need it. */
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
