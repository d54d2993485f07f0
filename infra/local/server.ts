import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quoteLog } from './child-process.ts';
import { claimDirectory } from './directory-claim.ts';
import type { Ports } from './ports.ts';
import { withPorts } from './ports.ts';
import type { ProgressLog } from './progress.ts';
import { Refusal } from '../../common/refusal.ts';
import type { OnExit, ProcessSpec } from './supervised-process.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { makeUsable } from '../../common/usable-directory.ts';

export interface ServerOptions {
  /** Holds the server's data, settings, ports and logs. Made where absent; the data is used again by the next start. */
  directory: string;
  log: ProgressLog;
  /** Told when a process of the server ends that nobody stopped. It is started again in any case. */
  onExit?: OnExit;
  /** How long a server may take until it answers. Default 180,000: a busy laptop is slow. */
  startTimeoutMs?: number;
}

export interface RunningServer<Address> {
  address: Address;
  /** Ends its processes in reverse order, by SIGTERM and after 10 s by SIGKILL, and frees the directory. */
  stop: () => Promise<void>;
}

/** What makes one server different from another. */
export interface ServerKind<Name extends string, Address> {
  /** As in log lines and file names: `kafka`. */
  name: string;
  ports: readonly Name[];
  /** Writes settings and, the first time, empty data; answers with the processes in the order of their start. */
  prepare(directory: string, ports: Ports<Name>): Promise<ProcessSpec[]>;
  /** One real request, as the product makes it; rejects while the server is not ready. */
  request(address: Address): Promise<void>;
  /** That request in words: `a metadata request`. */
  requestName: string;
  address(ports: Ports<Name>): Address;
  /** The end of an error message: what a person can do. */
  remedy(directory: string): string;
}

/**
 * Starts a server: takes its directory, chooses ports, starts its processes and asks until it answers; from then on its processes are
 * kept running on the same ports.
 * @throws Error with the server's name, the last lines of its log and the remedy; what was started has been stopped by then
 */
export async function startServer<Name extends string, Address>(
  kind: ServerKind<Name, Address>,
  options: ServerOptions,
): Promise<RunningServer<Address>> {
  const directory = resolve(options.directory);
  makeUsable([{ variable: 'DATA_DIR', path: directory }]);
  const free = await claimDirectory(directory);
  try {
    return await withPorts(directory, kind.ports, (ports) =>
      startOnPorts(kind, ports, { ...options, directory }, free),
    );
  } catch (error) {
    free();
    throw error;
  }
}

async function startOnPorts<Name extends string, Address>(
  kind: ServerKind<Name, Address>,
  ports: Ports<Name>,
  options: ServerOptions,
  free: () => void,
): Promise<RunningServer<Address>> {
  const { directory, log } = options;
  const address = kind.address(ports);
  const startedAt = Date.now();
  const processes: SupervisedProcess[] = [];
  try {
    for (const spec of await kind.prepare(directory, ports)) processes.push(new SupervisedProcess(directory, spec));
    await untilAnswers(kind, address, processes, options.startTimeoutMs ?? 180_000);
  } catch (error) {
    await stopAll(processes);
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      69,
      `The local server ${kind.name} did not start: ${(error as Error).message} ${kind.remedy(directory)}`.trim(),
      error,
    );
  }
  log.step(kind.name, `answers on ${inWords(address)} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  for (const process of processes) keepRunning(kind, address, process, options);
  let stopped: Promise<void> | undefined;
  return { address, stop: () => (stopped ??= stopAll(processes).then(free)) };
}

async function untilAnswers<Name extends string, Address>(
  kind: ServerKind<Name, Address>,
  address: Address,
  processes: SupervisedProcess[],
  timeoutMs: number,
): Promise<void> {
  const ended = Promise.race(
    processes.map(async (process) => {
      const exit = await process.firstExit;
      return `its process ${process.spec.name} ${exit.words}.${quoteLog(process.spec.logFile, process.logOffset)}`;
    }),
  );
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await Promise.race([ended, attempt(kind, address)]);
    if (answer === undefined) return;
    if (typeof answer === 'string') throw new Error(answer);
    if (Date.now() > deadline) {
      const logs = processes.map((process) => quoteLog(process.spec.logFile, process.logOffset)).join('');
      throw new Error(`it did not answer ${kind.requestName} within ${timeoutMs} ms (${answer.message}).${logs}`);
    }
    await delay(100);
  }
}

/** Undefined for an answer, else what came instead. */
async function attempt<Address>(
  kind: Pick<ServerKind<never, Address>, 'request'>,
  address: Address,
): Promise<Error | undefined> {
  try {
    await kind.request(address);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function keepRunning<Name extends string, Address>(
  kind: ServerKind<Name, Address>,
  address: Address,
  process: SupervisedProcess,
  { log, onExit, startTimeoutMs = 180_000 }: ServerOptions,
): void {
  const { name } = process.spec;
  process.keepRunning(
    (exit, pauseMs) => {
      log.step(kind.name, `process ${name} ${exit.words}; starting it again in ${pauseMs / 1000} s`);
      onExit?.(name, exit);
    },
    () => {
      untilAnswers(kind, address, [process], startTimeoutMs).then(
        () => log.step(kind.name, `answers again on ${inWords(address)}`),
        (error: unknown) => log.step(kind.name, `does not answer yet: ${(error as Error).message}`),
      );
    },
  );
}

function inWords(address: unknown): string {
  return Object.values(address as Record<string, string | string[]>)
    .flat()
    .join(', ');
}

async function stopAll(processes: SupervisedProcess[]): Promise<void> {
  for (const process of processes.toReversed()) await process.stop();
}
