import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Whether `path` below `directory` is a regular file or a directory, also where links inside the directory lead to it, and its index is
 * a regular file where it has one. Reading a pipe would never end, and a link to the outside would show what was not published.
 * What cannot be looked at counts as regular: whoever opens it says what is wrong.
 */
export function isRegular(directory: string, path: string): boolean {
  const root = realpathSync(directory);
  const isInside = (real: string): boolean => real === root || real.startsWith(`${root}${sep}`);
  const isServed = (file: string): boolean => {
    const real = realpathSync(file);
    const found = statSync(real);
    return isInside(real) && (found.isFile() || found.isDirectory());
  };
  try {
    const wanted = join(root, path);
    if (!isServed(wanted)) return false;
    const index = join(wanted, 'index.html');
    return lstatSync(index, { throwIfNoEntry: false }) === undefined || isServed(index);
  } catch {
    return true;
  }
}
