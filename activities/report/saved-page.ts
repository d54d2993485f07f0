import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { Refusal } from '../../common/refusal.ts';
import { asOneFile } from './one-file.ts';

/**
 * The page of a published site as one file, see {@link asOneFile}.
 * @param address of the page: below the site, like `ko/2026-11-25/`, or a whole one, like `http://127.0.0.1:8080/ko/2026-11-25/#quality`
 * @throws Refusal 78 if there is no such page, 69 if a file of the page is missing
 */
export async function savedPage(siteDirectory: string, address: string): Promise<string> {
  const file = pageAt(siteDirectory, address);
  const page = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(
      78,
      `Expected a page of the site at ${file}, got ${error.code}. Give its path as in its address, like 2026-11-25 or ko/2026-11-25; REPORT_DIR is the directory of the site.`,
      error,
    );
  });
  return asOneFile(page, async (href) => {
    const asset = resolve(file, '..', decoded(href));
    if (!isBelow(siteDirectory, asset)) throw noPage(address);
    return readFile(asset, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Refusal(
        69,
        `Expected ${asset}, which the page needs, got ${error.code}. Publish the page again.`,
        error,
      );
    });
  });
}

/** @throws Refusal 78 if it is not on the site */
function pageAt(siteDirectory: string, address: string): string {
  const path = decoded(pathOf(address));
  const file = join(siteDirectory, path.endsWith('.html') ? path : join(path, 'index.html'));
  if (path.includes('\0') || !isBelow(siteDirectory, file)) throw noPage(address);
  return file;
}

const noPage = (address: string): Refusal =>
  new Refusal(78, `Expected the address of a page of the site, got \`${address}\`. Give one like 2026-11-25.`);

/** Without the server, the query and the fragment. */
const pathOf = (address: string): string => (URL.parse(address)?.pathname ?? address).replace(/[?#][^]*$/, '');

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function isBelow(directory: string, file: string): boolean {
  const [first] = relative(directory, file).split(sep);
  return first !== '' && first !== '..';
}
