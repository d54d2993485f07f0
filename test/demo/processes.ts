import { readFileSync, readdirSync } from 'node:fs';

/** The command lines of all processes with `text` in the command line or environment. Linux only. */
export function processesWith(text: string): string[] {
  return findProcesses(text).map(({ command }) => command);
}

/** The same, with their ids and environments. */
export function findProcesses(text: string): { pid: number; command: string; environment: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((pid) => ({
      pid: Number(pid),
      command: read(`/proc/${pid}/cmdline`),
      environment: read(`/proc/${pid}/environ`),
    }))
    .filter(({ command, environment }) => command !== '' && (command.includes(text) || environment.includes(text)));
}

/** Empty if the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
