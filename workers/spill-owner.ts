import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { SpillOwner } from '../activities/spill/runs.ts';
import { identifyProcess, isLiving } from '../common/process-identity.ts';

/**
 * This process as an owner of lines on disk: `<place> <pid> <start time>`. Of a process that belongs to another place nothing is known here.
 * @param place where process numbers mean the same; tests name others
 */
export function spillOwner(place = processPlace()): SpillOwner {
  const prefix = `${place} `;
  return {
    name: `${prefix}${identifyProcess(process.pid) ?? process.pid}`,
    fateOf(name) {
      if (!name.startsWith(prefix)) return 'unknown';
      return isLiving(name.slice(prefix.length)) ? 'lives' : 'dead';
    },
  };
}

/**
 * Where process numbers mean the same as here. On Linux that is one boot of one kernel and one namespace of process numbers (proc(5),
 * pid_namespaces(7)): two containers of one machine may have one host name, and one container has a new one at each start.
 */
function processPlace(): string {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${bootId} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
