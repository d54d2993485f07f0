import { accessSync, constants, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from './refusal.ts';

/** Reserved for the paths that we create below a directory. The rest of PATH_MAX (limits.h) is for the directory. */
const BELOW_BYTES = 500;
const LONGEST_BYTES = (process.platform === 'darwin' ? 1024 : 4096) - BELOW_BYTES;

/** A directory that a variable names. */
export interface WantedDirectory {
  variable: string;
  /** Absolute. */
  path: string;
}

/**
 * Creates missing directories. Checks all of them before it creates the first. Does not use a recursive `mkdir`, which never ends if the
 * parent accepts no new directory, as in `/proc`.
 * @throws Refusal 73 with the variable, the cause and the remedy
 */
export function makeUsable(directories: readonly WantedDirectory[]): void {
  const missing = directories.map((directory) => ({ directory, paths: missingPaths(directory) }));
  for (const { directory, paths } of missing) {
    for (const path of paths) {
      try {
        mkdirSync(path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EEXIST') throw refusal(directory, `it cannot be created in ${dirname(path)} (${code})`);
      }
    }
  }
}

/** The missing directories on the path, from top to bottom. Creates nothing. */
function missingPaths(directory: WantedDirectory): string[] {
  const bytes = Buffer.byteLength(directory.path);
  if (bytes > LONGEST_BYTES) throw refusal(directory, `its path has ${bytes} bytes, and the limit is ${LONGEST_BYTES}`);
  const missing: string[] = [];
  for (let path = directory.path; ; path = dirname(path)) {
    const found = kindOf(directory, path);
    if (found === 'directory') {
      checkRights(directory, path);
      return missing;
    }
    if (found === 'other') throw refusal(directory, `${path} is not a directory`);
    missing.unshift(path);
  }
}

function kindOf(directory: WantedDirectory, path: string): 'directory' | 'other' | 'nothing' {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'other';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A broken symbolic link exists itself, so no directory can be created in its place.
    if (code === 'ENOENT') return lstatSync(path, { throwIfNoEntry: false }) === undefined ? 'nothing' : 'other';
    if (code === 'ENOTDIR') return 'nothing';
    throw refusal(directory, `${path} cannot be read (${code})`);
  }
}

function checkRights(directory: WantedDirectory, path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refusal(
      directory,
      code === 'EROFS' ? `${path} is read-only` : `this user may not write to ${path} (${code})`,
    );
  }
}

function refusal({ variable, path }: WantedDirectory, found: string): Refusal {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return new Refusal(
    73,
    `Expected ${variable} (${shown}) to be a writable directory, but ${found}. Set ${variable} to another directory.`,
  );
}
