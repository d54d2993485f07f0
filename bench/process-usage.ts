import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a process has used. Linux only. */
export interface Usage {
  /** User and system time since its start. */
  cpuSeconds: number;
  /** Resident memory, in MB. */
  memoryMb: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const PAGE_BYTES = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));
/** Places in `/proc/<pid>/stat` after the name in brackets: proc_pid_stat(5). */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
const RESIDENT_PAGES = 21;

/**
 * The usage of each named process below a directory.
 * @param directory in the command line or the environment of the processes, such as DATA_DIR
 * @param names by name, a part of its command line; processes with the same part add up
 */
export function usageOf<Name extends string>(directory: string, names: Record<Name, string>): Record<Name, Usage> {
  const usages = (Object.keys(names) as Name[]).map((name): [Name, Usage] => [name, { cpuSeconds: 0, memoryMb: 0 }]);
  for (const pid of readdirSync('/proc').filter((it) => /^\d+$/.test(it))) {
    const command = read(pid, 'cmdline');
    const found = usages.find(([name]) => command.includes(names[name]));
    if (found === undefined || !(command + read(pid, 'environ')).includes(directory)) continue;
    const fields = read(pid, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const [, usage] = found;
    usage.cpuSeconds += ((fields[USER_TICKS] ?? 0) + (fields[SYSTEM_TICKS] ?? 0)) / TICKS_PER_SECOND;
    usage.memoryMb += ((fields[RESIDENT_PAGES] ?? 0) * PAGE_BYTES) / 1e6;
  }
  return Object.fromEntries(usages) as Record<Name, Usage>;
}

/** Its words are separated by blanks. Empty if the process has ended. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(join('/proc', pid, file), 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
