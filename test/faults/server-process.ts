import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Kills a process of a local server by SIGKILL, like a crash. Its guard notices that and exits, and the launcher starts it again.
 * @param directory of the server, which has the files of the guards
 */
export function killServerProcess(directory: string, name: 'namenode' | 'datanode'): void {
  const guard = Number.parseInt(readFileSync(join(directory, `${name}.guard`), 'utf8'), 10);
  const found = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
  const children = found
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command]) => Number(parent) === guard && command?.endsWith('java'));
  const [pid] = children[0] ?? [];
  if (pid === undefined) throw new Error(`Expected the guard ${guard} of the ${name} to have a child, found none.`);
  process.kill(Number(pid), 'SIGKILL');
}
