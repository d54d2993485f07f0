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
 * Lets everything that was said arrive: Twitch is quiet; each collector is asked to stop, which it does when Kafka has all of its lines and
 * counts; red catches up with Kafka; and all of it is refined.
 * @returns the ends of both topics when the collectors had stopped: what comes later is of those that are started again, and nobody speaks
 * @throws Error that says what did not happen in time
 */
export async function drain(stage: Stage, refinements: Refinements): Promise<Record<RedTable, bigint[]>> {
  await got.post(`${stage.simulator.controlUrl}/quiet`);
  await Promise.all(COLLECTORS.map((name) => stopCollector(stage, `collector-${name}`)));
  const ends = { chat: await listOffsets(stage.kafka, 'chat'), coverage: await listOffsets(stage.kafka, 'coverage') };
  for (const table of RED_TABLES) {
    await until(`red/${table} to have what Kafka has`, async () => {
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
  await until(`${name} to hand over what it holds`, async () => pidOf(worker) !== pid);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`Waited ${WITHIN_MS / 1_000} s for ${what}, in vain.`);
    await delay(LOOK_EVERY_MS);
  }
}
