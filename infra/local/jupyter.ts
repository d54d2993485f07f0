import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quoteLog, startGuarded } from '../../common/guarded-process.ts';
import { Refusal } from '../../common/refusal.ts';

export interface JupyterOptions {
  /** The `python` of an installation. */
  python: string;
  /** The directory of the notebooks, which the browser shows. Its `.jupyter` has the user's settings of Jupyter. */
  directory: string;
  /** For sockets and files of this run. */
  scratchDirectory: string;
  logFile: string;
  /** For Jupyter and its kernels. */
  env: Record<string, string>;
}

export interface Jupyter {
  /** With its token: `http://127.0.0.1:8888/lab?token=…`. */
  url: string;
  /** Resolves when it has ended by itself. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 100;

/** The variables that keep Jupyter and IPython out of the user's home. */
export function jupyterVariables(scratchDirectory: string): Record<string, string> {
  const variables = {
    JUPYTER_RUNTIME_DIR: join(scratchDirectory, 'runtime'),
    JUPYTER_DATA_DIR: join(scratchDirectory, 'jupyter'),
    IPYTHONDIR: join(scratchDirectory, 'ipython'),
  };
  for (const directory of Object.values(variables)) mkdirSync(directory, { recursive: true });
  return variables;
}

/**
 * Starts JupyterLab on loopback, with a new token. It asks no other site for news, updates or extensions.
 * @throws Refusal 69 with the last lines of its log if it does not answer
 */
export async function startJupyter(options: JupyterOptions): Promise<Jupyter> {
  const { python, directory, scratchDirectory, logFile } = options;
  const config = join(directory, '.jupyter');
  turnNewsOff(config);
  const token = randomBytes(24).toString('hex');
  const variables = jupyterVariables(scratchDirectory);
  const process = startGuarded({
    program: python,
    args: [
      ...['-m', 'jupyterlab', '--no-browser', '--ServerApp.ip=127.0.0.1', `--ServerApp.root_dir=${directory}`],
      ...['--LabApp.extension_manager=readonly', ...(isRoot() ? ['--ServerApp.allow_root=True'] : [])],
    ],
    // Not an argument, because other users of the machine see those.
    env: { ...options.env, ...variables, JUPYTER_CONFIG_DIR: config, JUPYTER_TOKEN: token },
    cwd: directory,
    logFile,
  });
  const ended = process.exited.then((exit) => exit.text);
  const url = await untilAnswers(variables['JUPYTER_RUNTIME_DIR'] ?? '', token, ended);
  if (url === undefined) {
    await process.stop();
    throw new Refusal(69, `Expected Jupyter to start, but it did not.${quoteLog(logFile, process.logOffset)}`);
  }
  return { url: `${url}lab?token=${token}`, ended, stop: () => process.stop() };
}

/** https://jupyterlab.readthedocs.io/en/stable/privacy_policies.html */
function turnNewsOff(config: string): void {
  const file = join(config, 'labconfig', 'page_config.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } }));
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** The URL in the file that Jupyter writes when it listens; undefined if it ends, or does not answer in time. */
async function untilAnswers(runtime: string, token: string, ended: Promise<string>): Promise<string | undefined> {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  for (const deadline = Date.now() + STARTS_WITHIN_MS; !hasEnded && Date.now() < deadline; await delay(LOOK_EVERY_MS)) {
    const file = readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
    const url = file === undefined ? undefined : urlIn(join(runtime, file));
    if (url !== undefined && (await answers(`${url}api/status`, token))) return url;
  }
  return undefined;
}

/** Undefined while the file is being written. */
function urlIn(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { url?: string }).url;
  } catch {
    return undefined;
  }
}

async function answers(url: string, token: string): Promise<boolean> {
  try {
    const headers = { authorization: `token ${token}` };
    return (await fetch(url, { headers, signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}
