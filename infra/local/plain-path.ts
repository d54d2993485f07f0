import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from './cache.ts';
import { Refusal } from '../../common/refusal.ts';

/** What no program takes for anything but a name. */
const PLAIN = /^[A-Za-z0-9_./-]+$/;

/**
 * The directory under a name of plain ASCII: as it stands or, where it has other signs, as a symbolic link in the cache directory. For
 * programs that take `%`, `,` or `:` in a path for something else.
 * @throws Refusal 73 where there is no plain place for the link
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

/** Links to directories that are gone. One that comes back gets its link at its next start. */
function removeDangling(links: string): void {
  for (const name of readdirSync(links)) {
    const link = join(links, name);
    if (!existsSync(link)) rmSync(link, { force: true });
  }
}

/** Makes a symbolic link, or points it to where it shall point. Others see the old or the new one. */
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

/** In the user's cache, or in a directory of this user's own below that for temporary files. */
function linkDirectory(): string {
  const own = join(cacheDirectory(), 'links');
  const shared = join(tmpdir(), `chatlake-${process.getuid?.() ?? 0}`);
  const directory = [own, shared].find((place) => PLAIN.test(place));
  if (directory !== undefined) mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (directory === undefined || (directory === shared && !isOwn(shared))) {
    throw new Refusal(
      73,
      `Expected ${own} or ${shared} to be a directory of this user with a plain name, for a link to the data. Set XDG_CACHE_HOME to such a directory.`,
    );
  }
  return directory;
}

function isOwn(directory: string): boolean {
  const { uid, mode } = lstatSync(directory);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}
