import { z } from 'zod';
import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import type { Parameters } from '../parameters/client.ts';

/**
 * `status/<part>` in the parameter store: the health of one part of the pipeline, as that part reports it. `summary` says what it does, in
 * a few words. `trouble` says why it cannot, and the remedy; null if it works. `spill` is what a collector has on disk.
 */
const partHealth = z.object({
  at: z.iso.datetime(),
  summary: z.string(),
  trouble: z.string().nullable(),
  spill: z.object({ bytes: z.number(), damagedFiles: z.number() }).optional(),
});
type PartHealth = z.infer<typeof partHealth>;

const PREFIX = 'status/';
/** A healthy part reports this often. */
const REPEAT_MS = 30_000;
/** A collector that has not reported for this long is in trouble. */
const SILENT_MS = 120_000;
/** For parts that report only after doing something: the load every minute, the token every half hour, the poll at least every hour. */
const SILENT_MS_BY_PART: Readonly<Record<string, number>> = { load: 600_000, poll: 7_200_000 };
const TOKEN_SILENT_MS = 3_600_000;
/** A collector that has not reported for a day no longer exists. */
const FORGOTTEN_MS = 24 * 3_600_000;

export type ReportHealth = (health: Omit<PartHealth, 'at'>) => Promise<void>;

/**
 * Reports the health of a part: changes at once, otherwise every {@link REPEAT_MS}. Leaves a store alone that says so. Never throws, since
 * a missing parameter store must not stop the part.
 * @param part like `token-chatlake`, `poll` or `collector-a`
 */
export function createHealthReport(parameters: Parameters, part: string, log: Log, now = Date.now): ReportHealth {
  let reported = '';
  let reportedAtMs = -Infinity;
  let pausedUntilMs = -Infinity;
  return async (health) => {
    if (now() < pausedUntilMs) return;
    const content = JSON.stringify([health.summary, health.trouble, health.spill]);
    if (content === reported && now() - reportedAtMs < REPEAT_MS) return;
    try {
      await parameters.put(`${PREFIX}${part}`, { at: new Date(now()).toISOString(), ...health } satisfies PartHealth);
      if (health.trouble !== null && content !== reported) log.warn('in trouble', { part, trouble: health.trouble });
      reported = content;
      reportedAtMs = now();
    } catch (error) {
      if (error instanceof FactError) pausedUntilMs = now() + (error.retryAfterMs ?? 0);
      log.debug('health not stored', { part, reason: String(error) });
    }
  };
}

/** The reports of the tokens: `status/token-<account>`. */
export function createTokenHealthReports(parameters: Parameters, log: Log): (account: string) => ReportHealth {
  const reports = new Map<string, ReportHealth>();
  return (account) => {
    const report = reports.get(account) ?? createHealthReport(parameters, `${TOKEN}${account}`, log);
    reports.set(account, report);
    return report;
  };
}

/** Runs `work`. A {@link FactError} that it throws is reported as trouble; cancellations are not. */
export async function reportingTrouble<T>(report: ReportHealth, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FactError) await report({ summary: 'it failed', trouble: error.message });
    throw error;
  }
}

/** The health of the whole pipeline. */
export interface Health {
  troubles: string[];
  summaries: string[];
}

/** Reads what all parts reported. A part that has stopped reporting is in trouble. Unreadable reports are ignored. */
export async function readHealth(parameters: Parameters, nowMs: number): Promise<Health> {
  const health: Health = { troubles: [], summaries: [] };
  for (const path of await parameters.list(PREFIX)) {
    const report = (await parameters.get<PartHealth | null>(path, partHealth.nullable().catch(null)))?.value;
    if (!report) continue;
    const part = path.slice(PREFIX.length);
    const isCollector = part.startsWith(COLLECTOR);
    const silentMs = nowMs - Date.parse(report.at);
    if (isCollector && silentMs > FORGOTTEN_MS) continue;
    const isToken = part.startsWith(TOKEN);
    const limitMs = isCollector ? SILENT_MS : isToken ? TOKEN_SILENT_MS : (SILENT_MS_BY_PART[part] ?? Infinity);
    if (silentMs > limitMs) health.troubles.push(`${part}: ${silenceText(silentMs, isCollector ? path : undefined)}`);
    else if (report.trouble !== null) health.troubles.push(`${part}: ${report.trouble}`);
    else health.summaries.push(`${part}: ${report.summary}`);
  }
  return health;
}

/**
 * Which collectors have lines on disk, or may have: `collector-a: 1,024 bytes`. One that has stopped reporting may have written its memory to disk
 * when it ended. After a day without a report only what it told last counts.
 */
export async function readSpills(parameters: Parameters, nowMs: number): Promise<string[]> {
  const spills: string[] = [];
  for (const path of await parameters.list(`${PREFIX}${COLLECTOR}`)) {
    const report = (await parameters.get<PartHealth | null>(path, partHealth.nullable().catch(null)))?.value;
    const text = report ? spillText(report, nowMs, path) : undefined;
    if (text !== undefined) spills.push(`${path.slice(PREFIX.length)}: ${text}`);
  }
  return spills;
}

/** Undefined if there is nothing. */
function spillText({ at, spill }: PartHealth, nowMs: number, path: string): string | undefined {
  const silentMs = nowMs - Date.parse(at);
  const parts = [
    ...(spill !== undefined && spill.bytes > 0 ? [`${spill.bytes.toLocaleString('en')} bytes`] : []),
    ...(spill !== undefined && spill.damagedFiles > 0 ? [`${spill.damagedFiles} damaged files`] : []),
  ];
  if (silentMs <= FORGOTTEN_MS) {
    if (silentMs > SILENT_MS) parts.push(silenceText(silentMs, path));
    else if (spill === undefined) parts.push('it does not tell');
  }
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** @param path the report of a collector that may have been renamed */
function silenceText(silentMs: number, path: string | undefined): string {
  const remedy = path === undefined ? 'See its log.' : `See its log. If it was renamed, delete ${path}.`;
  return `it has not reported for ${Math.round(silentMs / 60_000)} min. ${remedy}`;
}

const TOKEN = 'token-';
const COLLECTOR = 'collector-';
export const collectorPart = (name: string): string => `${COLLECTOR}${name}`;

/** Deletes the reports of an earlier run. */
export async function forgetHealth(parameters: Parameters): Promise<void> {
  for (const path of await parameters.list(PREFIX)) await parameters.delete(path);
}
