import { cp, readdir, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { VARIABLE_NAMES } from '../../workers/config.ts';

/** What a clone does not have (.gitignore), and what is copied by a link. */
const LEFT_OUT = new Set(['.git', '.env', 'node_modules', 'build', 'data', 'site', 'notebooks', 'sbom.json']);

/** Copies this checkout as somebody has it who has cloned it and installed its packages. */
export async function copyCheckout(to: string): Promise<void> {
  for (const name of await readdir('.'))
    if (!LEFT_OUT.has(name) && !name.endsWith('.log')) await cp(name, join(to, name), { recursive: true });
  await symlink(join(process.cwd(), 'node_modules'), join(to, 'node_modules'));
  // Otherwise `make` would install the packages again, through the link.
  for (const name of ['package.json', 'package-lock.json']) await utimes(join(to, name), 0, 0);
}

/** This process's environment in a new terminal in a directory: without variables of Chatlake, of Temporal, and of a `make` that runs the tests. */
export function terminalIn(directory: string): NodeJS.ProcessEnv {
  const isOthers = (name: string): boolean =>
    !VARIABLE_NAMES.includes(name) && !name.startsWith('TEMPORAL_') && !/^(MAKE|MFLAGS)/.test(name);
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => isOthers(name))),
    // Tells the processes that are started there from others.
    PWD: directory,
  };
}
