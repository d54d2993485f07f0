import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../infra/twitch-simulator/random.ts';
import { done } from './duties.ts';
import { faults } from './faults.ts';
import { NotDone } from './not-done.ts';
import { Outcomes } from './outcomes.ts';
import { planFaults } from './plan.ts';
import type { Refinements } from './refinements.ts';
import type { Stage } from './stage.ts';
import { RECOVERS_WITHIN_MS } from './verdict.ts';
import type { DoneFault } from './verdict.ts';

interface Injecting {
  stage: Stage;
  refinements: Refinements;
  seed: number;
  minutes: number;
  /** The names to draw from, by kind. */
  kinds: readonly (readonly string[])[];
  /** Waits for each recovery before the next fault. */
  alone: boolean;
  /** Called with every start, end and recovery. */
  say: (text: string) => void;
  signal: AbortSignal;
}

/**
 * Runs the planned faults. Resolves when all have ended and have been recovered from or timed out. One that throws does not stop the
 * others.
 */
export async function runFaults(options: Injecting): Promise<Outcomes> {
  const { seed, minutes, kinds, alone, signal } = options;
  const startedAt = Date.now();
  const outcomes = new Outcomes(options.say);
  const doing: Promise<void>[] = [];
  for (const [index, { name, atSeconds }] of planFaults({ seed, minutes, kinds }).entries()) {
    const waitMs = startedAt + atSeconds * 1_000 - Date.now();
    if (alone && Date.now() > startedAt + minutes * 60_000) break;
    if (!alone) await delay(Math.max(0, waitMs), undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const one = outcomes.take(name, runFault(options, name, new Random(`chaos/${seed}/${index}`)));
    doing.push(one);
    if (alone) await one;
  }
  await Promise.all(doing);
  return outcomes;
}

async function runFault(
  { stage, refinements, say, signal }: Injecting,
  name: string,
  random: Random,
): Promise<DoneFault | NotDone> {
  const fault = faults[name];
  if (fault === undefined) throw new Error(`Expected the name of a known fault, got ${name}.`);
  say(fault.seconds === 0 ? name : `${name} for ${fault.seconds} s`);
  const beganMs = Date.now();
  const end = await fault.begin(stage, random);
  if (end instanceof NotDone) return end;
  let sinceMs = beganMs;
  if (fault.seconds > 0) {
    await delay(fault.seconds * 1_000, undefined, { signal }).catch(() => {});
    await end();
    say(`${name} ended`);
    sinceMs = Date.now();
  }
  const recovery = Promise.all(fault.duties.map((duty) => done(duty, stage, refinements, sinceMs)));
  const recovered = await Promise.race([
    recovery.then(() => true),
    delay(RECOVERS_WITHIN_MS, false, { ref: false }),
    new Promise<false>((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true })),
  ]);
  const recoveryMs = recovered ? Date.now() - sinceMs : undefined;
  say(
    recoveryMs === undefined
      ? `${name}: NOT RECOVERED`
      : `${name}: recovered after ${(recoveryMs / 1_000).toFixed(1)} s`,
  );
  const { kind, duties } = fault;
  return { name, kind, duties, beganMs, recoveryMs, recoveredMs: recovered ? Date.now() : undefined };
}
