import type { Random } from '../../infra/twitch-simulator/random.ts';
import type { Duty } from './duties.ts';
import { linkFaults } from './link-faults.ts';
import { processFaults } from './process-faults.ts';
import type { NotDone } from './not-done.ts';
import type { Stage } from './stage.ts';
import { storageFaults } from './storage-faults.ts';
import { twitchFaults } from './twitch-faults.ts';

/** A fault that a plan can name. */
export interface ChaosFault {
  /** What is affected. `worker` and `server` are killed processes. */
  kind: 'worker' | 'server' | 'other';
  /** How long it lasts in seconds; 0 for a single event. */
  seconds: number;
  /** The duties that must be done again afterwards. */
  duties: readonly Duty[];
  /** Starts the fault. Resolves with the function that ends it, or with the reason why it did not happen. `random` chooses the target. */
  begin(stage: Stage, random: Random): Promise<End | NotDone>;
}

export type End = () => Promise<void> | void;

const KINDS = [processFaults, linkFaults, storageFaults, twitchFaults];

/** All faults by name. */
export const faults: Readonly<Record<string, ChaosFault>> = Object.fromEntries(
  KINDS.flatMap((kind) => Object.entries(kind)),
);

/**
 * The names to draw from, by kind: the given ones, or all except the long ones, which need separate runs.
 * @throws Error that lists the known names
 */
export function faultNames(only: readonly string[]): string[][] {
  const unknown = only.filter((name) => !(name in faults));
  if (unknown.length > 0) {
    throw new Error(
      `Expected ONLY to name faults, got \`${unknown.join(', ')}\`. Use some of:\n  ${Object.keys(faults).join('\n  ')}`,
    );
  }
  const isWanted = (name: string) => (only.length > 0 ? only.includes(name) : !name.startsWith('long-'));
  return KINDS.map((kind) => Object.keys(kind).filter(isWanted));
}
