import { setTimeout as delay } from 'node:timers/promises';
import { readHealth } from '../activities/health/health.ts';
import type { Health } from '../activities/health/health.ts';
import type { Parameters } from '../activities/parameters/client.ts';
import type { ProgressLog } from '../infra/local/progress.ts';
import { unlessAborted } from './interrupt.ts';

const LOOK_EVERY_MS = 3_000;
/** A problem that lasts is printed again after this time, because the line has scrolled away. */
const REPEAT_MS = 300_000;

/** Prints the health of the pipeline whenever it changes: that it receives chat, or why not and what to do. */
export async function watchHealth(parameters: Parameters, progress: ProgressLog, signal: AbortSignal): Promise<void> {
  let printed = '';
  let printedAtMs = 0;
  while (!signal.aborted) {
    const health = await unlessAborted(signal, healthNow(parameters));
    if (health === undefined) return;
    const { state, lines } = healthLines(health);
    const isOld = lines[0]?.startsWith('!') === true && Date.now() - printedAtMs > REPEAT_MS;
    if (lines.length > 0 && (state !== printed || isOld)) {
      for (const line of lines) progress.step('health', line);
      printed = state;
      printedAtMs = Date.now();
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

async function healthNow(parameters: Parameters): Promise<Health> {
  try {
    return await readHealth(parameters, Date.now());
  } catch (error) {
    return { troubles: [`store: ${(error as Error).message}`], summaries: [] };
  }
}

/**
 * The lines to print, and a key of the state: lines with the same key are printed once, although their numbers change. While there is a
 * problem, good news is left out: it would read like an all-clear. There are no lines before the first chat is received.
 */
export function healthLines({ troubles, summaries }: Health): { state: string; lines: string[] } {
  if (troubles.length > 0)
    return { state: troubles.join().replaceAll(/\d+/g, '#'), lines: troubles.map((trouble) => `! ${trouble}`) };
  const hears = summaries.some((summary) => summary.includes('listens to'));
  return { state: hears ? 'hears' : '', lines: hears ? summaries : [] };
}
