import { readFileSync, readdirSync } from 'node:fs';

/** A process of the stage that faults are done to. */
export interface Victim {
  /** In words: `collector-a`. */
  name: string;
  /** Its command line holds all of these. */
  command: readonly string[];
  /** Its environment holds all of these, as `NAME=value`. */
  environment: readonly string[];
}

/** The worker of this name, in an installation with this data directory. */
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

/** The process of a local server that was started below this directory. */
export function serverProcess(name: ServerProcessName, directory: string): Victim {
  return { name, command: [SERVER_COMMANDS[name], directory], environment: [] };
}

/**
 * Sends a signal to a process. Its guard, which has the same command line, is let alone.
 * @returns false where there is no such process at the moment
 */
export function send(victim: Victim, signal: NodeJS.Signals): boolean {
  const pid = pidOf(victim);
  return pid !== undefined && sendTo(pid, signal);
}

/** @returns false where the process has gone */
export function sendTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Memory of a process in MiB that is its own or mapped; undefined where there is none. */
export function residentMb(victim: Victim): number | undefined {
  const pid = pidOf(victim);
  const found = pid === undefined ? null : /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`));
  return found === null ? undefined : Math.round(Number(found[1]) / 1024);
}

export function pidOf({ command, environment }: Victim): number | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const args = read(`/proc/${pid}/cmdline`);
    if (args.startsWith('/bin/sh') || !command.every((text) => args.includes(text))) continue;
    const variables = read(`/proc/${pid}/environ`).split('\0');
    if (environment.every((variable) => variables.includes(variable))) return Number(pid);
  }
  return undefined;
}

/** Empty for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
