import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../common/refusal.ts';
import { ROLES, roleKey } from '../infra/setup/parameter-access.ts';

/**
 * Writes 32 random bytes in hexadecimal to a file, unless it exists. A crash leaves no half key, and of two processes one wins.
 * @returns whether the file is new
 * @throws Refusal 73 if it cannot be written, also if its directory does not exist
 */
export function makeKeyFile(file: string): boolean {
  return writeKey(file, randomBytes(32).toString('hex'));
}

/**
 * Writes the key of each role to a file of its name or, if a directory of its name is there, to `key` in it: so each role can have its own
 * volume.
 * @param tell called with each file, and whether it is new
 * @throws Refusal 73 if a file cannot be written
 */
export function makeRoleKeyFiles(
  keyFile: string,
  directory: string,
  tell: (file: string, isNew: boolean) => void,
): void {
  const operatorKey = readFileSync(keyFile, 'utf8').trim();
  for (const role of ROLES) {
    const place = join(directory, role);
    const file = statSync(place, { throwIfNoEntry: false })?.isDirectory() ? join(place, 'key') : place;
    tell(file, writeKey(file, roleKey(operatorKey, role)));
  }
}

function writeKey(file: string, key: string): boolean {
  const scratch = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(scratch, `${key}\n`, { mode: 0o600 });
    linkSync(scratch, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new Refusal(
      73,
      `Expected ${file} to be a file that can be created, got ${code}. Give a path in a directory that exists.`,
      error,
    );
  } finally {
    rmSync(scratch, { force: true });
  }
}
