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
  /** Its log so far. */
  lines: LoaderLine[];
  /** How often it has logged a message. */
  said(message: string): number;
  /** The number of partitions of its last assignment. */
  assigned(): number;
  /** Freezes it by SIGSTOP. */
  freeze(): void;
  /** Wakes it by SIGCONT. */
  wake(): void;
  /** Kills it by SIGKILL, at once. */
  kill(): void;
  /** Stops it by SIGTERM, after it has committed its spools. @throws Error if the exit code is not 0 */
  stop(): Promise<void>;
  /** Resolves when the process has ended, for any reason. */
  ended: Promise<void>;
}

/** Starts a loader process of this installation. `more` overrides its settings. */
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
      if (code !== 0) throw new Error(`Expected the loader to exit with code 0, it exited with ${code ?? signal}.`);
    },
    ended: exited.then(() => {}),
  };
}
