import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../common/refusal.ts';

/** The id of the installation in a data directory, and whether `make up` ever used it. */
const installation = z.object({ id: z.uuid(), use: z.enum(['demo', 'up']), madeAt: z.string() });
export type Installation = z.infer<typeof installation>;

const fileOf = (directory: string): string => join(directory, 'installation.json');

/**
 * The installation of a data directory; undefined if there is none, or one of a release without ids.
 * @throws Refusal 78 if the file is damaged
 */
export function readInstallation(directory: string): Installation | undefined {
  try {
    return installation.parse(JSON.parse(readFileSync(fileOf(directory), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Refusal(
      78,
      `Expected ${fileOf(directory)} to contain the id of this installation, found something else. Restore it from a backup. If this installation runs its own servers, you can rename it instead: the id is also stored there.`,
    );
  }
}

/** Writes the file. `use` never changes from `up` back to `demo`. */
export function writeInstallation(directory: string, { id, use }: Pick<Installation, 'id' | 'use'>): void {
  const before = readInstallation(directory);
  const kept: Installation = {
    id,
    use: before?.use === 'up' ? 'up' : use,
    madeAt: before?.id === id ? before.madeAt : new Date().toISOString(),
  };
  if (before?.id === kept.id && before.use === kept.use) return;
  mkdirSync(directory, { recursive: true });
  const scratch = `${fileOf(directory)}.${process.pid}.tmp`;
  writeFileSync(scratch, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 });
  if (before !== undefined) return renameSync(scratch, fileOf(directory));
  try {
    linkSync(scratch, fileOf(directory));
  } finally {
    rmSync(scratch, { force: true });
  }
}
