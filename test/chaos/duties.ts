import { setTimeout as delay } from 'node:timers/promises';
import { listOffsets } from './offsets.ts';
import { redPositions } from './red-positions.ts';
import type { Refinements } from './refinements.ts';
import { COLLECTORS } from './stage.ts';
import type { Stage } from './stage.ts';

/** A task of the pipeline. A fault has been recovered from when the affected duties are done again. */
export type Duty = 'collect-a' | 'collect-b' | 'load' | 'refine' | 'poll';

const LOOK_EVERY_MS = 200;
const LOOK_FOR_POLL_EVERY_MS = 1_000;
/** Messages this recent may not have arrived yet. */
const UNDER_WAY_MS = 1_000;
/** A channel without a message for longer than this may be off air. */
const SPEAKS_WITHIN_MS = 6_000;

/** Resolves when the duty is done for everything after `sinceMs`. */
export async function done(duty: Duty, stage: Stage, refinements: Refinements, sinceMs: number): Promise<void> {
  if (duty === 'load') return loadsSince(stage, sinceMs);
  if (duty === 'poll') return pollsSince(stage, sinceMs);
  const isDone = duty === 'refine' ? () => refinements.latestStartMs >= sinceMs : collectsSince(stage, duty, sinceMs);
  while (!isDone()) await delay(LOOK_EVERY_MS);
}

/** Kafka has from this collector the latest message of every channel that it listened to before and that is active now. */
function collectsSince({ sent, tail }: Stage, duty: 'collect-a' | 'collect-b', sinceMs: number): () => boolean {
  const collector = duty.at(-1) ?? COLLECTORS[0];
  return () => {
    const now = Date.now();
    const latest = sent
      .latestBetween(Math.max(sinceMs, now - SPEAKS_WITHIN_MS), now - UNDER_WAY_MS)
      .filter(({ channelLogin }) => tail.knows(channelLogin));
    return latest.length > 0 && latest.every(({ id }) => id !== undefined && tail.has(collector, id));
  };
}

/** A poll that started after that time has completed. There is one each minute. */
async function pollsSince({ temporal }: Stage, sinceMs: number): Promise<void> {
  const since = new Date(sinceMs).toISOString();
  const query = `WorkflowType = 'streamPoll' AND ExecutionStatus = 'Completed' AND StartTime >= '${since}'`;
  for (;;) {
    try {
      if ((await temporal.workflow.count(query)).count > 0) return;
    } catch {
      // Temporal is unreachable.
    }
    await delay(LOOK_FOR_POLL_EVERY_MS);
  }
}

/** Red has everything that Kafka had one second after that time. */
async function loadsSince(stage: Stage, sinceMs: number): Promise<void> {
  await delay(Math.max(0, sinceMs + UNDER_WAY_MS - Date.now()));
  for (;;) {
    try {
      const ends = await listOffsets(stage.kafka, 'chat');
      while (!(await redPositions(stage, 'chat', ends.length)).every((position, at) => position >= (ends[at] ?? 0n))) {
        await delay(LOOK_EVERY_MS);
      }
      return;
    } catch {
      // A server is unreachable, so red cannot have it yet.
      await delay(LOOK_EVERY_MS);
    }
  }
}
