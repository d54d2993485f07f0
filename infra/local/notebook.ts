import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, cached } from './cache.ts';
import type { ProgressLog } from './progress.ts';
import { installPackages } from './python-packages.ts';

/** The directory with the packages, the module for notebooks and the program that runs one without a browser. */
export const NOTEBOOK_FILES = join(import.meta.dirname, 'notebook');

/** Another list of packages is another installation. */
function entry(): string {
  const packages = readFileSync(join(NOTEBOOK_FILES, 'requirements.txt'));
  return `notebook-${createHash('sha256').update(packages).digest('hex').slice(0, 12)}`;
}

/** The last packages of the list, and one that is needed by all. */
const PROOFS = ['jupyterlab', 'nbclient', 'plotly', 'websocket'];

/**
 * Jupyter and Plotly from PyPI in a virtual environment of the cache. Installed if necessary: 480 MB, once. The scripts in its `bin` name
 * the directory in which it was built, so only its `python` is used.
 * @returns the path of `python`
 * @throws Refusal 69 if there is no suitable Python, or if PyPI does not answer
 */
export async function notebookPython(log: ProgressLog): Promise<string> {
  const place = await cached({
    name: entry(),
    lock: 'pip',
    isComplete: (directory) => pythonIn(directory) !== undefined,
    onWait: () => log.step('notebook', 'waiting for another installation of this user'),
    build: (scratch) =>
      installPackages(
        log,
        { name: 'notebook', what: 'installing Jupyter and Plotly from PyPI', remedy: 'Install it.' },
        scratch,
      ),
  });
  const found = pythonIn(place);
  if (found === undefined)
    throw new Error(`Expected Jupyter in ${place}, found none. Remove this part of the cache and try again.`);
  return found;
}

/** The `python` of the installation in the cache; undefined if there is none. */
export function installedNotebookPython(): string | undefined {
  return pythonIn(join(cacheDirectory(), entry()));
}

function pythonIn(directory: string): string | undefined {
  const [packages] = globSync(join(directory, 'lib/python3.*/site-packages'));
  const isWhole = packages !== undefined && PROOFS.every((name) => existsSync(join(packages, name, '__init__.py')));
  return isWhole ? join(directory, 'bin', 'python') : undefined;
}
