import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../common/refusal.ts';
import { ROLES, roleKey } from '../infra/setup/parameter-access.ts';

export interface KeyFile {
  file: string;
  isNew: boolean;
}

/**
 * Creates the keys of a parameter store, each as `<holder>/key`, so that each holder can have its own volume. A crash leaves no half key, and
 * of two processes one wins. Existing files are kept.
 * @throws Refusal 73 if a file cannot be written
 */
export function makeKeyFiles(directory: string): KeyFile[] {
  const operator = makeKeyFile(join(directory, 'operator', 'key'), newKey());
  const operatorKey = readFileSync(operator.file, 'utf8').trim();
  return [
    operator,
    makeKeyFile(join(directory, 'encryption', 'key'), newKey()),
    ...ROLES.map((role) => makeKeyFile(join(directory, role, 'key'), roleKey(operatorKey, role))),
  ];
}

const newKey = (): string => randomBytes(32).toString('hex');

function makeKeyFile(file: string, key: string): KeyFile {
  const scratch = `${file}.${process.pid}.tmp`;
  try {
    // Not recursive: in a directory that accepts no other, as in /proc, that never ends.
    for (const directory of [dirname(dirname(file)), dirname(file)]) makeDirectory(directory);
    writeFileSync(scratch, `${key}\n`, { mode: 0o600 });
    linkSync(scratch, file);
    return { file, isNew: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return { file, isNew: false };
    throw new Refusal(
      73,
      `Expected ${file} to be a file that can be created, got ${code}. Give another directory.`,
      error,
    );
  } finally {
    rmSync(scratch, { force: true });
  }
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
