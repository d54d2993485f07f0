import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quoteLog, startGuarded } from '../../common/guarded-process.ts';
import { Refusal } from '../../common/refusal.ts';
import { buildLog, withProgress } from './builds.ts';
import type { ProgressLog } from './progress.ts';
import { pythonProgram } from './python.ts';

export interface PythonPackages {
  /** The directory here with its `requirements.txt`, which has exact versions of all packages. */
  name: string;
  /** `installing Spark 4.2.1 from PyPI` */
  what: string;
  /** What to do if there is no suitable Python. */
  remedy: string;
}

/** What pip says if it cannot reach the registry. */
const UNREACHABLE =
  /NameResolutionError|NewConnectionError|Temporary failure in name resolution|ConnectTimeout|Read timed out|Network is unreachable|Connection refused|ProxyError/;

/**
 * Creates a virtual environment with these packages in the directory.
 * @throws Refusal 69 if there is no suitable Python, or if PyPI does not answer
 */
export async function installPackages(
  log: ProgressLog,
  { name, what, remedy }: PythonPackages,
  directory: string,
): Promise<void> {
  const python = pythonProgram(what, remedy);
  await withProgress(log, name, what, 'about one minute', async () => {
    await run(name, 'the creation of a virtual environment', python, ['-m', 'venv', directory]);
    await run(name, what, join(directory, 'bin', 'python'), [
      ...['-m', 'pip', 'install', '--no-deps', '--no-input', '--disable-pip-version-check', '--quiet'],
      ...['-r', fileURLToPath(new URL(`${name}/requirements.txt`, import.meta.url))],
    ]);
  });
}

async function run(name: string, what: string, program: string, args: string[]): Promise<void> {
  const logFile = buildLog(name);
  const process = startGuarded({ program, args, logFile });
  const { code, text } = await process.exited;
  if (code === 0) return;
  const quote = quoteLog(logFile, process.logOffset);
  if (UNREACHABLE.test(quote)) {
    throw new Refusal(
      69,
      `Expected PyPI to answer (${what}), but it did not. Connect to the network, or set PIP_INDEX_URL to a mirror; ${logFile} has the details.`,
    );
  }
  throw new Error(`Expected ${what} to succeed, but it ${text}.${quote}`);
}
