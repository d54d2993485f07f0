import { existsSync, lstatSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { lockDirectory } from '../common/directory-lock.ts';
import { isLiving } from '../infra/local/process-identity.ts';
import { Refusal } from '../common/refusal.ts';
import { readInstallation } from '../infra/setup/installation-file.ts';

/** What is made anew by itself. What spilled, the lake, keys and tokens are not in it. */
const MADE_ANEW = ['cache', 'scratch', 'logs'];
const DEMO_DATA = 'data/demo';
const DEMO_SITE = 'site/demo';

/** Where it asks, and what it answers. */
export interface CleanOptions {
  /** The data directory of an installation that is to be removed wholly. */
  lake: string | undefined;
  env: Readonly<NodeJS.ProcessEnv>;
  /** Where `data/demo` is looked for. */
  checkout?: string;
  /** Asks for a line to be typed; undefined where nobody can. */
  ask?: ((question: string) => Promise<string>) | undefined;
  tell?: (line: string) => void;
}

/**
 * `make clean`: removes what is made anew by itself and what the demo has collected; with `lake`, a whole installation, whose name has to
 * be typed. Nothing is removed that somebody uses.
 * @throws Refusal 78 where what was named is no installation, or was not confirmed; 73 where it is in use
 */
export async function clean(options: CleanOptions): Promise<void> {
  const { lake, env, checkout = process.cwd(), ask = terminal(), tell = toStderr } = options;
  if (lake !== undefined) return removeLake(lake, { ask, tell });
  const data = resolve(checkout, env['DATA_DIR'] || 'data');
  const demo = join(checkout, DEMO_DATA);
  const removed: string[] = [];
  for (const directory of new Set([data, demo])) {
    if (!existsSync(directory)) continue;
    const free = keepUnused(directory);
    if (directory === demo && isOnlyDemo(demo, tell)) removed.push(...remove([demo, join(checkout, DEMO_SITE)]));
    else if (isInstallation(directory)) removed.push(...remove(MADE_ANEW.map((name) => join(directory, name))));
    free();
  }
  tell(removed.length === 0 ? 'There was nothing to remove.' : `Removed ${removed.join(', ')}.`);
  if (isInstallation(data)) tell(`What was collected is kept: the lake, keys and tokens in ${data}, and the reports.`);
}

async function removeLake(
  lake: string,
  { ask, tell }: { ask: CleanOptions['ask']; tell: (line: string) => void },
): Promise<void> {
  const directory = existsSync(lake) ? realpathSync(lake) : resolve(lake);
  if (!isInstallation(directory)) {
    throw new Refusal(
      78,
      `Expected ${directory} to be the data directory of an installation, found ${existsSync(directory) ? 'something else' : 'nothing'}. Name the directory that DATA_DIR named.`,
    );
  }
  const free = keepUnused(directory);
  try {
    await removeOnceConfirmed(directory, lake, { ask, tell });
  } finally {
    free();
  }
}

async function removeOnceConfirmed(
  directory: string,
  lake: string,
  { ask, tell }: { ask: CleanOptions['ask']; tell: (line: string) => void },
): Promise<void> {
  if (ask === undefined) {
    throw new Refusal(
      78,
      `Expected a terminal on which the removal of ${directory} is confirmed, found none. Nothing was removed.`,
    );
  }
  tell(`${directory} holds what was collected, with its keys and tokens. Once removed, nothing brings it back.`);
  const typed = (await ask(`Type ${lake} to remove it: `)).trim();
  if (typed !== lake) throw new Refusal(78, `Expected ${lake}, got something else. Nothing was removed.`);
  rmSync(directory, { recursive: true, force: true });
  tell(`Removed ${directory}. The reports are kept.`);
}

/** Whether a start has left its mark in the directory: nobody's other files are ever removed. */
function isInstallation(directory: string): boolean {
  return ['installation.json', 'keys.json', 'servers'].some((name) => existsSync(join(directory, name)));
}

/** A directory of the demo that `make up` was used with is real, and so is one from before there were ids that has another token. */
function isOnlyDemo(demo: string, tell: (line: string) => void): boolean {
  const use = readInstallation(demo)?.use;
  const tokens = join(demo, 'parameters', 'secrets', 'twitch');
  const isDemo =
    use === undefined
      ? !existsSync(tokens) || readdirSync(tokens).every((name) => name === 'demo.json')
      : use === 'demo';
  if (!isDemo)
    tell(`${demo} was used for more than the demo and is kept; \`make clean LAKE=${DEMO_DATA}\` removes it.`);
  return isDemo;
}

/**
 * Keeps launchers out of the directory until the function that it gives is called.
 * @throws Refusal 73 naming the process that runs servers there
 */
function keepUnused(directory: string): () => void {
  const servers = join(directory, 'servers');
  // Where no launcher has ever been, no file of a lock is made: it may be somebody else's directory.
  const unlock = existsSync(join(servers, '.launcher.lock')) ? lockDirectory(servers, 'launcher') : () => {};
  for (const place of [directory, servers]) {
    const claim = join(place, 'launcher.pid');
    const holder = existsSync(claim) ? readFileSync(claim, 'utf8') : '';
    if (unlock !== undefined && !isLiving(holder)) continue;
    unlock?.();
    const pid = Number.parseInt(holder, 10);
    throw new Refusal(
      73,
      `Expected ${directory} to be unused, but ${pid > 0 ? `process ${pid}` : 'another process'} runs servers in it. Stop that process first. Nothing of it was removed.`,
    );
  }
  return unlock ?? (() => {});
}

/** A symbolic link is removed, and not what it points to. @returns what was there */
function remove(paths: readonly string[]): string[] {
  const there = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  for (const path of there) rmSync(path, { recursive: true, force: true });
  return there;
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
