import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A process that can be the target of a fault. */
export interface Victim {
  /** Like `collector-a`. */
  name: string;
  /** Its command line contains all of these. */
  command: readonly string[];
  /** Its environment contains all of these, as `NAME=value`. */
  environment: readonly string[];
  /** Its working directory is this one or below it. Servers get relative arguments. */
  directory?: string;
}

/** The worker with this name and data directory. */
export function workerProcess(name: string, dataDirectory: string): Victim {
  const [kind = '', collector] = name.split('-');
  const own = collector === undefined ? [] : [`COLLECTOR_NAME=${collector}`];
  return { name, command: [`workers/${kind}.ts`], environment: [`DATA_DIR=${dataDirectory}`, ...own] };
}

const SERVER_COMMANDS = {
  temporal: 'start-dev',
  kafka: 'kafka.Kafka',
  namenode: 'namenode.NameNode',
  datanode: 'datanode.DataNode',
} as const;

export type ServerProcessName = keyof typeof SERVER_COMMANDS;

/** The local server that was started below this directory. */
export function serverProcess(name: ServerProcessName, directory: string): Victim {
  return { name, command: [SERVER_COMMANDS[name]], environment: [], directory };
}

/**
 * Sends a signal to a process. Skips its guard, which has the same command line.
 * @returns false if there is no such process now
 */
export function send(victim: Victim, signal: NodeJS.Signals): boolean {
  const pid = pidOf(victim);
  return pid !== undefined && sendTo(pid, signal);
}

/** @returns false if the process has ended */
export function sendTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Resident memory of a process in MiB; undefined if there is no such process. */
export function residentMb(victim: Victim): number | undefined {
  const pid = pidOf(victim);
  const found = pid === undefined ? null : /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`));
  return found === null ? undefined : Math.round(Number(found[1]) / 1024);
}

export function pidOf({ command, environment, directory }: Victim): number | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const args = read(`/proc/${pid}/cmdline`);
    if (args.startsWith('/bin/sh') || !command.every((text) => args.includes(text))) continue;
    if (directory !== undefined && !`${workingDirectory(pid)}/`.startsWith(`${directory}/`)) continue;
    const variables = read(`/proc/${pid}/environ`).split('\0');
    if (environment.every((variable) => variables.includes(variable))) return Number(pid);
  }
  return undefined;
}

/** Empty if the process has ended. */
function workingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Empty if the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
