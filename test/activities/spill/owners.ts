import type { SpillOwner } from '../../../activities/spill/runs.ts';

/** Owners of runs in one spill directory, of whom tests say which are dead, and which are elsewhere. */
export function spillOwners() {
  const fates = new Map<string, 'dead' | 'unknown'>();
  return {
    owner: (name: string): SpillOwner => ({ name, fateOf: (other) => fates.get(other) ?? 'lives' }),
    dies: (name: string) => void fates.set(name, 'dead'),
    isElsewhere: (name: string) => void fates.set(name, 'unknown'),
  };
}
