import type { Random } from '../../infra/twitch-simulator/random.ts';
import type { Duty } from './duties.ts';
import { linkFaults } from './link-faults.ts';
import { processFaults } from './process-faults.ts';
import type { NotDone } from './not-done.ts';
import type { Stage } from './stage.ts';
import { storageFaults } from './storage-faults.ts';
import { twitchFaults } from './twitch-faults.ts';

/** A fault as the plan names it. */
export interface ChaosFault {
  /** What is hurt and must come back. `worker` and `server` are those that were killed. */
  kind: 'worker' | 'server' | 'other';
  /** How long it lasts; 0 for a blow. */
  seconds: number;
  /** What is done again when it is over. */
  duties: readonly Duty[];
  /** Begins it; resolves with the function that ends it, or with why it did not happen. The random numbers choose victims. */
  begin(stage: Stage, random: Random): Promise<End | NotDone>;
}

export type End = () => Promise<void> | void;

const KINDS = [processFaults, linkFaults, storageFaults, twitchFaults];

/** All faults by name. */
export const faults: Readonly<Record<string, ChaosFault>> = Object.fromEntries(
  KINDS.flatMap((kind) => Object.entries(kind)),
);

/**
 * The names to draw from, by kind: those asked for, or all but the long ones, which are for runs of their own.
 * @throws Error that lists the names there are
 */
export function faultNames(only: readonly string[]): string[][] {
  const unknown = only.filter((name) => !(name in faults));
  if (unknown.length > 0) {
    throw new Error(
      `Expected ONLY to name faults, got \`${unknown.join(', ')}\`. There are:\n  ${Object.keys(faults).join('\n  ')}`,
    );
  }
  const isWanted = (name: string) => (only.length > 0 ? only.includes(name) : !name.startsWith('long-'));
  return KINDS.map((kind) => Object.keys(kind).filter(isWanted));
}
