import type { SpillOwner } from '../../../activities/kafka/spill-runs.ts';

/** Owners of runs in one spill directory, of whom tests say which are dead. */
export function spillOwners() {
  const dead = new Set<string>();
  return {
    owner: (name: string): SpillOwner => ({ name, isDead: (other) => dead.has(other) }),
    dies: (name: string) => void dead.add(name),
  };
}
