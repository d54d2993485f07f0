import { lstatSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Whether `path` below `directory` is a regular file or a directory, reached without a link below it, and so is its index where it has one.
 * Reading a pipe would never end, and a link may show what was not published. What cannot be looked at counts as regular: whoever opens it
 * says what is wrong.
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

function isServed(file: string): boolean {
  if (realpathSync(file) !== file) return false;
  const found = lstatSync(file);
  return found.isFile() || found.isDirectory();
}
