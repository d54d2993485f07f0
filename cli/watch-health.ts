import { setTimeout as delay } from 'node:timers/promises';
import { readHealth } from '../activities/health/health.ts';
import type { Health } from '../activities/health/health.ts';
import type { Parameters } from '../activities/parameters/client.ts';
import type { ProgressLog } from '../infra/local/progress.ts';
import { unlessAborted } from './interrupt.ts';

const LOOK_EVERY_MS = 3_000;
/** What stays in trouble is said again after this, since the line has scrolled away by then. */
const REPEAT_MS = 300_000;

/** Says how the pipeline is whenever that changes, until the signal: that it hears chat, or why it hears nothing and what helps. */
export async function watchHealth(parameters: Parameters, progress: ProgressLog, signal: AbortSignal): Promise<void> {
  let said = '';
  let saidAtMs = 0;
  while (!signal.aborted) {
    const health = await unlessAborted(signal, healthNow(parameters));
    if (health === undefined) return;
    const { state, lines } = wordsOf(health);
    const isOld = lines[0]?.startsWith('!') === true && Date.now() - saidAtMs > REPEAT_MS;
    if (lines.length > 0 && (state !== said || isOld)) {
      for (const line of lines) progress.step('health', line);
      said = state;
      saidAtMs = Date.now();
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
 * The lines for a person, and what they come to: a state that stays is said once, though its figures change. While there is trouble, what is well
 * is left out: it would read like an all-clear. Nothing is said while nothing is heard yet.
 */
export function wordsOf({ troubles, summaries }: Health): { state: string; lines: string[] } {
  if (troubles.length > 0)
    return { state: troubles.join().replaceAll(/\d+/g, '#'), lines: troubles.map((trouble) => `! ${trouble}`) };
  const hears = summaries.some((summary) => summary.includes('listens to'));
  return { state: hears ? 'hears' : '', lines: hears ? summaries : [] };
}
