import { lstatSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Whether `path` below `directory` is a regular file or a directory, without symbolic links on the way. If it has an index.html, that must
 * be regular too. Reading a pipe would never end, and a link may lead to files that were not published. A path that cannot be read counts
 * as regular: opening it reports the error.
 */
export function isRegular(directory: string, path: string): boolean {
  try {
    const root = realpathSync(directory);
    const wanted = resolve(join(root, path));
    const index = join(wanted, 'index.html');
    return isServed(wanted) && (lstatSync(index, { throwIfNoEntry: false }) === undefined || isServed(index));
  } catch {
    return true;
  }
}

/** Whether there is a page at the root of the site. Not so if its volume is missing, or before the first report. */
export function hasPage(directory: string): boolean {
  try {
    return isServed(join(realpathSync(directory), 'index.html'));
  } catch {
    return false;
  }
}

function isServed(file: string): boolean {
  if (realpathSync(file) !== file) return false;
  const found = lstatSync(file);
  return found.isFile() || found.isDirectory();
}
