import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SCRATCH_END, syncDirectory } from '../../common/whole-file.ts';

/** Removes a file durably: it stays removed after a power cut. */
export async function removeWhole(file: string): Promise<void> {
  await rm(file);
  await syncDirectory(dirname(file));
}

/** Creates a directory and its parents durably. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  for (let made = directory; first !== undefined && made.length >= first.length; made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

/** Removes the temporary files of interrupted writes. Only for a directory that no other process writes to. */
export async function removeScratches(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() && entry.name.startsWith('.') && entry.name.endsWith(SCRATCH_END)) {
      await rm(join(entry.parentPath, entry.name), { force: true });
    }
  }
}
