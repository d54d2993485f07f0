import { hostname } from 'node:os';
import type { SpillOwner } from '../activities/kafka/spill-runs.ts';
import { identifyProcess, isLiving } from '../infra/local/process-identity.ts';

/** This process as an owner of lines on disk: `<host> <pid> <start time>`. Only processes of the same host can be told to be dead. */
export function spillOwner(host = hostname()): SpillOwner {
  const prefix = `${host} `;
  return {
    name: `${prefix}${identifyProcess(process.pid) ?? process.pid}`,
    isDead: (name) => name.startsWith(prefix) && !isLiving(name.slice(prefix.length)),
  };
}
