import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Identifies a living process by `<pid> <start time>`, because a later process may have the same pid.
 * @returns undefined if it does not live; a zombie does not
 */
export function identifyProcess(pid: number): string | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return startedAt === undefined ? undefined : `${pid} ${startedAt}`;
}

/** Whether the process with this identity of {@link identifyProcess} still lives. */
export function isLiving(identity: string): boolean {
  const pid = Number.parseInt(identity, 10);
  return pid > 0 && identifyProcess(pid) === identity.trim();
}

/** proc(5), stat: the name in parentheses, the state and, 19 fields later, the start time in clock ticks since boot. */
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startElsewhere(pid: number): string | undefined {
  try {
    const [state = 'Z', ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}
