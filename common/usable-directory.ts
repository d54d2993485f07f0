import { accessSync, constants, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from './refusal.ts';

/** What we write below a directory has at most so many bytes; the rest of PATH_MAX (limits.h) is for the directory itself. */
const BELOW_BYTES = 500;
const LONGEST_BYTES = (process.platform === 'darwin' ? 1024 : 4096) - BELOW_BYTES;

/** A directory that a variable names. */
export interface WantedDirectory {
  variable: string;
  /** Absolute. */
  path: string;
}

/**
 * Makes the directories where they are not there yet. All are looked at before the first is made. Not by a recursive `mkdir`, which never
 * ends where the parent takes no new directory, as below `/proc`.
 * @throws Refusal 73 naming the variable, what is in the way, and the remedy
 */
export function makeUsable(directories: readonly WantedDirectory[]): void {
  const missing = directories.map((directory) => ({ directory, paths: missingPaths(directory) }));
  for (const { directory, paths } of missing) {
    for (const path of paths) {
      try {
        mkdirSync(path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EEXIST') throw refusal(directory, `it cannot be made in ${dirname(path)} (${code})`);
      }
    }
  }
}

/** The directory and those above it that are not there, from above. Looks only. */
function missingPaths(directory: WantedDirectory): string[] {
  const bytes = Buffer.byteLength(directory.path);
  if (bytes > LONGEST_BYTES)
    throw refusal(
      directory,
      `it has ${bytes} bytes, and no more than ${LONGEST_BYTES} leave room for the files below it`,
    );
  const missing: string[] = [];
  for (let path = directory.path; ; path = dirname(path)) {
    const found = lookedAt(directory, path);
    if (found === 'directory') {
      checkRights(directory, path);
      return missing;
    }
    if (found === 'other') throw refusal(directory, `${path} is there and is no directory`);
    missing.unshift(path);
  }
}

function lookedAt(directory: WantedDirectory, path: string): 'directory' | 'other' | 'nothing' {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'other';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A symbolic link to nothing is there itself, and no directory can be made under its name.
    if (code === 'ENOENT') return lstatSync(path, { throwIfNoEntry: false }) === undefined ? 'nothing' : 'other';
    if (code === 'ENOTDIR') return 'nothing';
    throw refusal(directory, `${path} cannot be looked at (${code})`);
  }
}

function checkRights(directory: WantedDirectory, path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refusal(
      directory,
      code === 'EROFS' ? `${path} is read-only` : `this user may not write in ${path} (${code})`,
    );
  }
}

function refusal({ variable, path }: WantedDirectory, found: string): Refusal {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return new Refusal(
    73,
    `Expected ${variable} (${shown}) to be a directory that can be written to, but ${found}. Set ${variable} to another directory.`,
  );
}
