import { z } from 'zod';
import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import type { Parameters } from '../parameters/client.ts';

/**
 * `status/<part>` in the parameter store: how a part of the pipeline is, as that part itself says. `summary` is what it does, in a few words.
 * `trouble` says why it cannot do it and what helps; null where nothing is wrong.
 */
const partHealth = z.object({
  at: z.iso.datetime(),
  summary: z.string(),
  trouble: z.string().nullable(),
});
type PartHealth = z.infer<typeof partHealth>;

const PREFIX = 'status/';
/** A part that is well says so this often. */
const REPEAT_MS = 30_000;
/** A collector that has said nothing for so long is in trouble itself. */
const SILENT_MS = 120_000;
/** So are those that say something only when they have done something: the load every minute, the token every half hour, the poll every hour at the least. */
const OTHERS_SILENT_MS: Readonly<Record<string, number>> = { load: 600_000, token: 3_600_000, poll: 7_200_000 };
/** A collector that has said nothing for a day is one that is no more. */
const FORGOTTEN_MS = 24 * 3_600_000;

export type ReportHealth = (health: Pick<PartHealth, 'summary' | 'trouble'>) => Promise<void>;

/**
 * Says how a part is: what is new at once, what is not now and then. It never throws: a store that is away must not stop the part.
 * @param part like `token`, `poll` or `collector-a`
 */
export function createHealthReport(parameters: Parameters, part: string, log: Log, now = Date.now): ReportHealth {
  let told = '';
  let toldAtMs = -Infinity;
  return async (health) => {
    const words = JSON.stringify([health.summary, health.trouble]);
    if (words === told && now() - toldAtMs < REPEAT_MS) return;
    try {
      await parameters.put(`${PREFIX}${part}`, { at: new Date(now()).toISOString(), ...health } satisfies PartHealth);
      if (health.trouble !== null && words !== told) log.warn('in trouble', { part, trouble: health.trouble });
      told = words;
      toldAtMs = now();
    } catch (error) {
      log.debug('health not stored', { part, reason: String(error) });
    }
  };
}

/** Runs work of a part; what it throws is its trouble, unless it is a cancellation. */
export async function reportingTrouble<T>(report: ReportHealth, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FactError) await report({ summary: 'it failed', trouble: error.message });
    throw error;
  }
}

/** How the whole is: the trouble of each part, and what the others do. */
export interface Health {
  troubles: string[];
  summaries: string[];
}

/** Reads what all parts have said. A part that has fallen silent is trouble. What cannot be read says nothing. */
export async function readHealth(parameters: Parameters, nowMs: number): Promise<Health> {
  const health: Health = { troubles: [], summaries: [] };
  for (const path of await parameters.list(PREFIX)) {
    const said = (await parameters.get<PartHealth | null>(path, partHealth.nullable().catch(null)))?.value;
    if (!said) continue;
    const part = path.slice(PREFIX.length);
    const isCollector = part.startsWith(COLLECTOR);
    const silentMs = nowMs - Date.parse(said.at);
    if (isCollector && silentMs > FORGOTTEN_MS) continue;
    const limitMs = isCollector ? SILENT_MS : (OTHERS_SILENT_MS[part] ?? Infinity);
    if (silentMs > limitMs) health.troubles.push(`${part}: ${silence(silentMs, isCollector ? path : undefined)}`);
    else if (said.trouble !== null) health.troubles.push(`${part}: ${said.trouble}`);
    else health.summaries.push(`${part}: ${said.summary}`);
  }
  return health;
}

/** @param path of a collector, which may have another name by now */
function silence(silentMs: number, path: string | undefined): string {
  const remedy = path === undefined ? 'Its log says why.' : `Its log says why; where it was renamed, delete ${path}.`;
  return `it has said nothing for ${Math.round(silentMs / 60_000)} min. ${remedy}`;
}

const COLLECTOR = 'collector-';
export const collectorPart = (name: string): string => `${COLLECTOR}${name}`;

/** Forgets what the parts of an earlier run have said. */
export async function forgetHealth(parameters: Parameters): Promise<void> {
  for (const path of await parameters.list(PREFIX)) await parameters.delete(path);
}
