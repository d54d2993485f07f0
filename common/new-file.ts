import { randomUUID } from 'node:crypto';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Refusal } from './refusal.ts';
import { SCRATCH_END, syncDirectory } from './whole-file.ts';

/**
 * Fills a file that appears under its name when it is whole. `fill` writes to a temporary file beside it, which is removed on failure.
 * @param options.force whether an existing file may be replaced
 * @throws Refusal 73 if the file exists or cannot be written
 */
export async function writeNewFile<T>(
  file: string,
  options: { force: boolean },
  fill: (handle: FileHandle, temporary: string) => Promise<T>,
): Promise<T> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined) refuseExisting(file, options.force, found.isFile());
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}${SCRATCH_END}`);
  try {
    const handle = await open(temporary, 'wx');
    let result: T;
    try {
      result = await fill(handle, temporary);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Unlike a rename, a link never replaces a file that has appeared meanwhile.
    if (options.force) await rename(temporary, file);
    else await link(temporary, file);
    await syncDirectory(dirname(file));
    return result;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') refuseExisting(file, options.force, true);
    if (code === undefined || !/^(E[A-Z]+)$/.test(code)) throw error;
    throw new Refusal(73, `Expected to write ${file}, got ${code}. Nothing was written. Give another place.`, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

function refuseExisting(file: string, force: boolean, isFile: boolean): void {
  if (force && isFile) return;
  throw new Refusal(
    73,
    isFile
      ? `Expected ${file} not to exist, found a file. Give another name, or --force to replace it.`
      : `Expected ${file} to be a new file, found something else. Give another name.`,
  );
}
