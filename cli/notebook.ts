import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readFileSystem } from '../activities/hdfs/file-system.ts';
import { Refusal } from '../common/refusal.ts';
import { makeUsable } from '../common/usable-directory.ts';
import { javaProgram } from '../infra/local/java.ts';
import { startJupyter } from '../infra/local/jupyter.ts';
import { runNotebook } from '../infra/local/notebook-run.ts';
import { notebookPython } from '../infra/local/notebook.ts';
import { consoleProgress as progress } from '../infra/local/progress.ts';
import { sparkInstallation } from '../infra/local/spark.ts';
import { openScratchDirectory } from '../workers/scratch-directory.ts';
import { aborted, interruption, orInterrupted } from './interrupt.ts';
import { notebookEnvironment } from './notebook-environment.ts';
import { runningLake } from './running-lake.ts';
import type { RunningLake } from './running-lake.ts';

/** The user's own, in the checkout: `make clean` keeps it. */
const NOTEBOOKS = 'notebooks';
const SHIPPED = join(import.meta.dirname, '../docs/notebooks');

/** `chatlake notebook`: serves notebooks until Ctrl-C, or runs one to its end. */
export async function notebook({ run }: { run: string | undefined }): Promise<void> {
  const signal = interruption();
  if (run !== undefined && !existsSync(run))
    throw new Refusal(78, `Expected a notebook at ${run}, found nothing. Give --run the path of one.`);
  const lake = runningLake(process.env);
  const java = javaProgram('Install it, or set JAVA_HOME.');
  const hdfsUrl = await orInterrupted(signal, askHdfsUrl(lake));
  const python = await orInterrupted(signal, notebookPython(progress));
  const sparkHome = lake.config.SPARK_HOME ?? (await orInterrupted(signal, sparkInstallation(progress))).SPARK_HOME;
  makeUsable([
    { variable: 'DATA_DIR', path: lake.DATA_DIR },
    { variable: 'REPORT_DIR', path: lake.REPORT_DIR },
  ]);
  const logFile = join(lake.DATA_DIR, 'logs', 'notebook.log');
  mkdirSync(join(lake.DATA_DIR, 'logs'), { recursive: true });
  const scratch = await openScratchDirectory(lake.DATA_DIR, 'notebook');
  try {
    const env = notebookEnvironment({ lake, java, hdfsUrl, python, sparkHome, scratchDirectory: scratch.path });
    const options = { python, scratchDirectory: scratch.path, logFile, env };
    progress.step('notebook', `asks ${hdfsUrl}${lake.config.HDFS_ROOT}, publishes in ${lake.REPORT_DIR}`);
    if (run === undefined) await serve(options, signal);
    else {
      const told = (line: string): void => progress.step('notebook', line);
      await orInterrupted(signal, runNotebook(run, { ...options, signal }, told));
    }
  } finally {
    await scratch.close();
  }
}

async function serve(
  options: Omit<Parameters<typeof startJupyter>[0], 'directory'>,
  signal: AbortSignal,
): Promise<void> {
  const directory = resolve(NOTEBOOKS);
  copyShipped(directory);
  progress.step('notebook', `starting Jupyter; its log is ${options.logFile}`);
  const jupyter = await orInterrupted(signal, startJupyter({ ...options, directory }));
  try {
    process.stderr.write(`\n  Notebooks   ${jupyter.url}\n\n  Press Ctrl-C to stop.\n`);
    const ended = await Promise.race([jupyter.ended, aborted(signal)]);
    if (ended !== undefined && !signal.aborted)
      throw new Refusal(69, `Expected Jupyter to run until Ctrl-C, but it ${ended}. Read ${options.logFile}.`);
  } finally {
    await jupyter.stop();
  }
}

/** Copies those that are not there. What the user has changed stays. */
function copyShipped(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(SHIPPED).filter((it) => it.endsWith('.ipynb'))) {
    const copy = join(directory, name);
    if (!existsSync(copy)) copyFileSync(join(SHIPPED, name), copy);
  }
}

async function askHdfsUrl({ address, config }: RunningLake): Promise<string> {
  try {
    return (await readFileSystem(address, config.HDFS_URL)).url;
  } catch (error) {
    throw new Refusal(69, (error as Error).message, error);
  }
}
