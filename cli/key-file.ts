import { randomBytes } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { Refusal } from '../common/refusal.ts';

/**
 * Writes 32 random bytes in hexadecimal to a file, unless it exists. A crash leaves no half key, and of two processes one wins.
 * @returns whether the file is new
 * @throws Refusal 73 if it cannot be written, also if its directory does not exist
 */
export function makeKeyFile(file: string): boolean {
  const scratch = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(scratch, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
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
