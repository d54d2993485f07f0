import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quoteLog } from '../../common/guarded-process.ts';
import { claimDirectory } from './directory-claim.ts';
import type { Ports } from './ports.ts';
import { withPorts } from './ports.ts';
import type { ProgressLog } from './progress.ts';
import { Refusal } from '../../common/refusal.ts';
import type { OnExit, ProcessSpec } from './supervised-process.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { makeUsable } from '../../common/usable-directory.ts';

export interface ServerOptions {
  /** For the data, settings, ports and logs of the server. Created if necessary. */
  directory: string;
  log: ProgressLog;
  /** Called when a process of the server ends unexpectedly. It is restarted in any case. */
  onExit?: OnExit;
  /** The longest time until a server answers. Default 180,000: a busy laptop is slow. */
  startTimeoutMs?: number;
}

export interface RunningServer<Address> {
  address: Address;
  /** Stops its processes in reverse order, with SIGTERM and after 10 s with SIGKILL, and releases the directory. */
  stop: () => Promise<void>;
}

/** What differs from server to server. */
export interface ServerKind<Name extends string, Address> {
  /** For log lines and file names: `kafka`. */
  name: string;
  ports: readonly Name[];
  /** Writes the settings, and formats the data if necessary. Returns the processes in the order of their start. */
  prepare(directory: string, ports: Ports<Name>): Promise<ProcessSpec[]>;
  /** Sends a real request, as the product does. Rejects while the server is not ready. */
  request(address: Address): Promise<void>;
  /** For error messages: `a metadata request`. */
  requestName: string;
  address(ports: Ports<Name>): Address;
  /** The end of an error message: what the user can do. */
  remedy(directory: string): string;
}

/**
 * Starts a server: claims its directory, chooses ports, starts its processes, and sends requests until it answers. After that, processes
 * that end are restarted on the same ports.
 * @throws Refusal 69 with the last lines of its log and the remedy, after its processes were stopped
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
  log.step(kind.name, `answers on ${addressText(address)} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
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
      return `its process ${process.spec.name} ${exit.text}.${quoteLog(process.spec.logFile, process.logOffset)}`;
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

/** Returns undefined if the server answered, else the error. */
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
      log.step(kind.name, `process ${name} ${exit.text}; restarting it in ${pauseMs / 1000} s`);
      onExit?.(name, exit);
    },
    () => {
      untilAnswers(kind, address, [process], startTimeoutMs).then(
        () => log.step(kind.name, `answers again on ${addressText(address)}`),
        (error: unknown) => log.step(kind.name, `does not answer yet: ${(error as Error).message}`),
      );
    },
  );
}

function addressText(address: unknown): string {
  return Object.values(address as Record<string, string | string[]>)
    .flat()
    .join(', ');
}

async function stopAll(processes: SupervisedProcess[]): Promise<void> {
  for (const process of processes.toReversed()) await process.stop();
}
