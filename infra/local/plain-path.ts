import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from './cache.ts';
import { Refusal } from '../../common/refusal.ts';

/** Characters without a special meaning to any program. */
const PLAIN = /^[A-Za-z0-9_./-]+$/;

/**
 * A path to the directory in plain ASCII: the path itself or, if it has other characters, a symbolic link in the cache directory. For
 * programs that give `%`, `,` or `:` in a path a meaning.
 * @throws Refusal 73 if there is no plain directory for the link
 */
export function plainPath(directory: string): string {
  if (PLAIN.test(directory)) return directory;
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const links = linkDirectory();
  removeDangling(links);
  const link = join(links, hash);
  symlinkTo(directory, link);
  return link;
}

/** Removes links to directories that no longer exist. */
function removeDangling(links: string): void {
  for (const name of readdirSync(links)) {
    const link = join(links, name);
    if (!existsSync(link)) rmSync(link, { force: true });
  }
}

/** Creates or replaces a symbolic link atomically. */
export function symlinkTo(target: string, link: string): void {
  try {
    if (readlinkSync(link) === target) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const scratch = `${link}.${process.pid}`;
  symlinkSync(target, scratch);
  renameSync(scratch, link);
}

/** In the user's cache directory, or in a private directory below the one for temporary files. */
function linkDirectory(): string {
  const own = join(cacheDirectory(), 'links');
  const shared = join(tmpdir(), `chatlake-${process.getuid?.() ?? 0}`);
  const directory = [own, shared].find((place) => PLAIN.test(place));
  if (directory !== undefined) mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (directory === undefined || (directory === shared && !isOwn(shared))) {
    throw new Refusal(
      73,
      `Expected ${own} or ${shared} to be a directory of this user with a plain ASCII path, for a link to the data. Set XDG_CACHE_HOME to such a directory.`,
    );
  }
  return directory;
}

function isOwn(directory: string): boolean {
  const { uid, mode } = lstatSync(directory);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}
