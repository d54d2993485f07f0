import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the runs that share a spill directory know which of them still live. */
export interface SpillOwner {
  /** Names this process so that no other, now or later, has the same name. */
  name: string;
  /** What can be known here of the process of a name: of one in another container or on another machine, nothing. */
  fateOf(name: string): 'lives' | 'dead' | 'unknown';
}

/** A run below the common directory. */
export interface SpillRun {
  run: string;
  owner: string;
  fate: 'lives' | 'dead' | 'unknown';
  /** When its owner was last heard of, in milliseconds since 1970. */
  touchedAtMs: number;
}

/** The directory, beside those of the runs, where damaged segments are kept. */
export const DAMAGED = 'damaged';
const OWNER_FILE = 'owner';
/** What the name of a directory begins with that was claimed from another run. */
const CLAIMED = 'from-';
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

/** Says that the owner of a run lives. @throws the system's error: ENOENT where the run is not the owner's any more */
export function touchOwner(directory: string, nowMs: number): void {
  utimesSync(join(directory, OWNER_FILE), nowMs / 1_000, nowMs / 1_000);
}

/** The runs below `root`. One without an owner file counts as dead: so a person can say that it is. */
export function runsBelow(root: string, owner: SpillOwner): SpillRun[] {
  return entries(root)
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith(MAKING) && entry.name !== DAMAGED)
    .map(({ name: run }) => {
      const { content, touchedAtMs } = read(join(root, run, OWNER_FILE));
      return { run, owner: content, fate: content === '' ? ('dead' as const) : owner.fateOf(content), touchedAtMs };
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

/** Where a run is moved whole, in the directory of the one that takes it over. */
export const claimedPath = (own: string, run: string): string => join(own, `${CLAIMED}${run}`);

/** What was moved into `own` by {@link claimedPath} and is still there: its segments were not all taken out. */
export function claimedBelow(own: string): { run: string; claimed: string }[] {
  return entries(own)
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(CLAIMED))
    .map(({ name }) => ({ run: name.slice(CLAIMED.length), claimed: join(own, name) }))
    .sort((a, b) => (a.run < b.run ? -1 : 1));
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

function read(file: string): { content: string; touchedAtMs: number } {
  try {
    return { content: readFileSync(file, 'utf8').trim(), touchedAtMs: statSync(file).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { content: '', touchedAtMs: 0 };
    throw error;
  }
}
