import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quoteLog, startGuarded } from '../../common/guarded-process.ts';
import { Refusal } from '../../common/refusal.ts';
import { jupyterVariables } from './jupyter.ts';
import type { JupyterOptions } from './jupyter.ts';
import { NOTEBOOK_FILES } from './notebook.ts';

const LOOK_EVERY_MS = 500;

/**
 * Runs a notebook to its end without a browser. Aborting the signal stops it.
 * @param told is called with what `run.py` tells (`cell 2 of 5`) and with what the cells print
 * @throws Refusal 69 with the error of the cell that failed
 */
export async function runNotebook(
  file: string,
  options: Omit<JupyterOptions, 'directory'> & { signal: AbortSignal },
  told: (line: string) => void,
): Promise<void> {
  const { python, scratchDirectory, logFile, env, signal } = options;
  const process = startGuarded({
    program: python,
    args: [join(NOTEBOOK_FILES, 'run.py'), file],
    env: { ...env, ...jupyterVariables(scratchDirectory) },
    cwd: dirname(file),
    logFile,
  });
  const stop = (): void => void process.stop();
  signal.addEventListener('abort', stop, { once: true });
  const news = { offset: process.logOffset, error: undefined as string | undefined };
  const ended = new AbortController();
  const watching = watch(logFile, news, ended.signal, told);
  const exit = await process.exited;
  ended.abort();
  await watching;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (exit.code === 0) return;
  const why = news.error ?? `it ${exit.text}.${quoteLog(logFile, process.logOffset)}`;
  throw new Refusal(69, `Expected the notebook ${file} to run to its end, but ${why}`);
}

async function watch(
  logFile: string,
  news: { offset: number; error: string | undefined },
  ended: AbortSignal,
  told: (line: string) => void,
): Promise<void> {
  for (let isLast = false; ; isLast = ended.aborted) {
    for (const line of newLines(logFile, news)) hear(line, news, told);
    if (isLast) return;
    await delay(LOOK_EVERY_MS, undefined, { signal: ended }).catch(() => {});
  }
}

/** The lines since the last call. A notebook that runs to its end writes little, and each run starts where the last one ended. */
function newLines(logFile: string, news: { offset: number }): string[] {
  const bytes = readFileSync(logFile).subarray(news.offset);
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  news.offset += whole.length;
  return whole.toString('utf8').split('\n').slice(0, -1);
}

function hear(line: string, news: { error: string | undefined }, told: (line: string) => void): void {
  const { cell, cells, error } = factOf(line);
  if (error !== undefined) news.error = error;
  else if (cell !== undefined) told(`cell ${cell} of ${cells}`);
  else if (line.startsWith('Published ')) told(line);
}

function factOf(line: string): { cell?: number; cells?: number; error?: string } {
  try {
    return /^\{"(cell|error)":/.test(line) ? (JSON.parse(line) as object) : {};
  } catch {
    return {};
  }
}
