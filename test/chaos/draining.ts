import { setTimeout as delay } from 'node:timers/promises';
import got from 'got';
import { RED_TABLES } from '../../activities/red/tables.ts';
import type { RedTable } from '../../activities/red/tables.ts';
import { listOffsets } from './offsets.ts';
import { pidOf, send, workerProcess } from './processes.ts';
import { redPositions } from './red-positions.ts';
import type { Refinements } from './refinements.ts';
import { COLLECTORS } from './stage.ts';
import type { Stage } from './stage.ts';

const WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 250;

/**
 * Waits until everything that was sent has arrived: stops the chat, stops each collector, which ends when Kafka has all its lines and
 * counts, waits until red has caught up with Kafka, and refines all of it.
 * @returns the ends of both topics after the collectors stopped. Later records come from restarted collectors, while nobody sends
 * @throws Error that names what did not happen in time
 */
export async function drain(stage: Stage, refinements: Refinements): Promise<Record<RedTable, bigint[]>> {
  await got.post(`${stage.simulator.controlUrl}/quiet`);
  await Promise.all(COLLECTORS.map((name) => stopCollector(stage, `collector-${name}`)));
  const ends = { chat: await listOffsets(stage.kafka, 'chat'), coverage: await listOffsets(stage.kafka, 'coverage') };
  for (const table of RED_TABLES) {
    await until(`red/${table} to catch up with Kafka`, async () => {
      const positions = await redPositions(stage, table, ends[table].length);
      return positions.every((position, partition) => position >= (ends[table][partition] ?? 0n));
    });
  }
  await refinements.stop();
  await refinements.once();
  return ends;
}

async function stopCollector({ dataDirectory }: Stage, name: string): Promise<void> {
  const worker = workerProcess(name, dataDirectory);
  const pid = pidOf(worker);
  send(worker, 'SIGTERM');
  await until(`${name} to send its lines and stop`, async () => pidOf(worker) !== pid);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`Expected ${what} within ${WITHIN_MS / 1_000} s.`);
    await delay(LOOK_EVERY_MS);
  }
}
