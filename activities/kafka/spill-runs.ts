import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the runs that share a spill directory know which of them still live. */
export interface SpillOwner {
  /** Names this process so that no other, now or later, has the same name. */
  name: string;
  /** Whether the process of a name surely lives no more. One of another host is never sure to be dead. */
  isDead(name: string): boolean;
}

/** The directory, beside those of the runs, where damaged segments are kept. */
export const DAMAGED = 'damaged';
const OWNER_FILE = 'owner';
/** What the name of a directory ends with that has no owner yet. */
const MAKING = '.making';
const segmentName = /^\d{8}\.segment$/;

export const segmentFile = (number: number): string => `${String(number).padStart(8, '0')}.segment`;

/** Makes the directory of a run. It appears under its name with its owner in it, so that nobody takes it for a dead one. */
export function makeRunDirectory(root: string, run: string, owner: SpillOwner): string {
  const directory = join(root, run);
  const making = join(root, `${run}${MAKING}`);
  mkdirSync(making, { recursive: true });
  writeFileSync(join(making, OWNER_FILE), owner.name);
  renameSync(making, directory);
  return directory;
}

/** The runs below `root` by whether their process is dead. A run without an owner file counts as dead: so a person can say that it is. */
export function otherRuns(root: string, owner: SpillOwner): { run: string; owner: string; isDead: boolean }[] {
  return entries(root)
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith(MAKING) && entry.name !== DAMAGED)
    .map(({ name: run }) => {
      const name = contentOf(join(root, run, OWNER_FILE));
      return { run, owner: name, isDead: name === '' || owner.isDead(name) };
    })
    .sort((a, b) => (a.run < b.run ? -1 : 1));
}

/** Segments of a directory and then of those in it: a run takes others' segments out into its own directory before it makes any. */
export function segmentsBelow(directory: string): string[] {
  const found = entries(directory).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = found.filter((entry) => entry.isFile() && segmentName.test(entry.name));
  const directories = found.filter((entry) => entry.isDirectory());
  return [
    ...files.map(({ name }) => join(directory, name)),
    ...directories.flatMap(({ name }) => segmentsBelow(join(directory, name))),
  ];
}

/** Removes the directory of a run that has no segments any more. */
export function removeRunDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

function entries(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
