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

/** The process id of the collector with this name whose DATA_DIR is below a directory: of the collector itself, not of its guard. */
export function findCollector(directory: string, name: string): number | undefined {
  const found = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return (
        command[0] === process.execPath &&
        command.some((word) => word.endsWith('workers/collector.ts')) &&
        environment.includes(`COLLECTOR_NAME=${name}`) &&
        environment.some((it) => it.startsWith('DATA_DIR=') && it.includes(directory))
      );
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}
