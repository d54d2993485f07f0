import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { hdfs as hdfsServer, kafka as kafkaServer } from '../integration/servers.ts';
import type { Installation } from '../activities/load/installation.ts';
import type { LoaderSettings } from './loader-settings.ts';

const script = fileURLToPath(new URL('loader-process.ts', import.meta.url));

/** One line of a loader's log. */
type LoaderLine = { message: string } & Record<string, unknown>;

export interface LoaderProcess {
  /** What it has logged so far. */
  lines: LoaderLine[];
  /** How often it has logged this. */
  said(message: string): number;
  /** How many partitions the group gave it at last. */
  assigned(): number;
  /** SIGSTOP: it does nothing any more, and knows nothing of it. */
  freeze(): void;
  /** SIGCONT. */
  wake(): void;
  /** SIGKILL. Takes effect at once. */
  kill(): void;
  /** Lets it commit what it has, by SIGTERM. @throws Error when it ends otherwise than with code 0 */
  stop(): Promise<void>;
  /** Resolves when the process has ended, however that happened. */
  ended: Promise<void>;
}

/** Starts a loader of this installation as a process of its own; `more` says what is different about it. */
export async function startLoaderProcess(
  { options, topics }: Installation,
  more: Partial<LoaderSettings> = {},
): Promise<LoaderProcess> {
  const { root, groupId, rotateSeconds, scratchDirectory } = options;
  const [{ brokers }, { url, user }] = await Promise.all([kafkaServer(), hdfsServer()]);
  const settings: LoaderSettings = {
    brokers,
    hdfsUrl: url,
    hdfsUser: user,
    root,
    topics,
    groupId,
    rotateSeconds,
    scratchDirectory: await mkdtemp(join(scratchDirectory, 'process-')),
    ...more,
  };
  const child = spawn(process.execPath, [...process.execArgv, script, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const lines: LoaderLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as LoaderLine));
  return {
    lines,
    assigned: () => {
      const last = lines.findLast(({ message }) => message === 'partitions assigned');
      return Object.values((last?.['assignment'] ?? {}) as Record<string, number[]>).flat().length;
    },
    said: (message) => lines.filter((line) => line.message === message).length,
    freeze: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM');
      const [code, signal] = await exited;
      if (code !== 0) throw new Error(`Expected the loader to end with code 0, it ended with ${code ?? signal}.`);
    },
    ended: exited.then(() => {}),
  };
}
