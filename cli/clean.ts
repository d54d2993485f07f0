import { existsSync, lstatSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { lockDirectory } from '../common/directory-lock.ts';
import { isLiving } from '../infra/local/process-identity.ts';
import { Refusal } from '../common/refusal.ts';
import { readInstallation } from '../infra/setup/installation-file.ts';

/** Created again when needed. Spilled lines, the lake, keys and tokens are not. */
const REMOVABLE = ['cache', 'scratch', 'logs'];
const DEMO_DATA = 'data/demo';
const DEMO_SITE = 'site/demo';

export interface CleanOptions {
  /** The data directory of an installation to remove completely. */
  lake: string | undefined;
  env: Readonly<NodeJS.ProcessEnv>;
  /** Contains `data/demo`. */
  checkout?: string;
  /** Reads a line that the user types; undefined without a terminal. */
  ask?: ((question: string) => Promise<string>) | undefined;
  print?: (line: string) => void;
}

/**
 * `make clean`: removes files that are created again when needed, and the data of the demo. With `lake`, it removes a whole installation
 * after the user has typed its name. It removes nothing that is in use.
 * @throws Refusal 78 if `lake` is not an installation or was not confirmed; 73 if the directory is in use
 */
export async function clean(options: CleanOptions): Promise<void> {
  const { lake, env, checkout = process.cwd(), ask = terminal(), print = toStderr } = options;
  if (lake !== undefined) return removeLake(lake, { ask, print });
  const data = resolve(checkout, env['DATA_DIR'] || 'data');
  const demo = join(checkout, DEMO_DATA);
  const removed: string[] = [];
  for (const directory of new Set([data, demo])) {
    if (!existsSync(directory)) continue;
    const free = keepUnused(directory);
    if (directory === demo && isOnlyDemo(demo, print)) removed.push(...remove([demo, join(checkout, DEMO_SITE)]));
    else if (isInstallation(directory)) removed.push(...remove(REMOVABLE.map((name) => join(directory, name))));
    free();
  }
  print(removed.length === 0 ? 'There was nothing to remove.' : `Removed ${removed.join(', ')}.`);
  if (isInstallation(data)) print(`Kept: the collected data, keys and tokens in ${data}, and the reports.`);
}

async function removeLake(
  lake: string,
  { ask, print }: { ask: CleanOptions['ask']; print: (line: string) => void },
): Promise<void> {
  const directory = existsSync(lake) ? realpathSync(lake) : resolve(lake);
  if (!isInstallation(directory)) {
    throw new Refusal(
      78,
      `Expected ${directory} to be the data directory of an installation, found ${existsSync(directory) ? 'something else' : 'nothing'}. Give the value that DATA_DIR had.`,
    );
  }
  const free = keepUnused(directory);
  try {
    await removeOnceConfirmed(directory, lake, { ask, print });
  } finally {
    free();
  }
}

async function removeOnceConfirmed(
  directory: string,
  lake: string,
  { ask, print }: { ask: CleanOptions['ask']; print: (line: string) => void },
): Promise<void> {
  if (ask === undefined) {
    throw new Refusal(
      78,
      `Expected a terminal to confirm the removal of ${directory}, found none. Nothing was removed. Run the command in a terminal.`,
    );
  }
  print(`${directory} contains collected data, keys and tokens. This removal cannot be undone.`);
  const typed = (await ask(`Type ${lake} to remove it: `)).trim();
  if (typed !== lake) throw new Refusal(78, `Expected ${lake}, got something else. Nothing was removed.`);
  rmSync(directory, { recursive: true, force: true });
  print(`Removed ${directory}. The reports are kept.`);
}

/** Whether the pipeline was ever started in the directory. Other directories are left alone. */
function isInstallation(directory: string): boolean {
  return ['installation.json', 'keys.json', 'servers'].some((name) => existsSync(join(directory, name)));
}

/** False if `make up` also used the directory. Without an installation id (older releases), false if it has a token of another account. */
function isOnlyDemo(demo: string, print: (line: string) => void): boolean {
  const use = readInstallation(demo)?.use;
  const tokens = join(demo, 'parameters', 'secrets', 'twitch');
  const isDemo =
    use === undefined
      ? !existsSync(tokens) || readdirSync(tokens).every((name) => name === 'demo.json')
      : use === 'demo';
  if (!isDemo) print(`${demo} is kept: it was also used by \`make up\`. \`make clean LAKE=${DEMO_DATA}\` removes it.`);
  return isDemo;
}

/**
 * Keeps launchers out of the directory until the returned function is called.
 * @throws Refusal 73 with the process that runs servers there
 */
function keepUnused(directory: string): () => void {
  const servers = join(directory, 'servers');
  // Create no lock file where no launcher has run: the directory may belong to something else.
  const unlock = existsSync(join(servers, '.launcher.lock')) ? lockDirectory(servers, 'launcher') : () => {};
  for (const place of [directory, servers]) {
    const claim = join(place, 'launcher.pid');
    const holder = existsSync(claim) ? readFileSync(claim, 'utf8') : '';
    if (unlock !== undefined && !isLiving(holder)) continue;
    unlock?.();
    const pid = Number.parseInt(holder, 10);
    throw new Refusal(
      73,
      `Expected ${directory} to be unused, but ${pid > 0 ? `process ${pid}` : 'another process'} runs servers in it. Nothing was removed. Stop that process first.`,
    );
  }
  return unlock ?? (() => {});
}

/** Removes a symbolic link, not its target. @returns the paths that existed */
function remove(paths: readonly string[]): string[] {
  const existing = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  for (const path of existing) rmSync(path, { recursive: true, force: true });
  return existing;
}

function terminal(): CleanOptions['ask'] {
  if (!process.stdin.isTTY) return undefined;
  return async (question) => {
    const asking = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await asking.question(question);
    } finally {
      asking.close();
    }
  };
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
