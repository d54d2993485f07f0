import { toRedRow } from '../../activities/load/red-row.ts';
import { refineRedHour } from '../../activities/yellow/refinement.ts';
import { hourOf } from '../../workflows/hour.ts';
import { openTestLake } from '../integration/test-lake.ts';
import type { TestLake } from '../integration/test-lake.ts';
import type { SaidLine } from './said.ts';

const LINES_PER_TILE = 50_000;

/**
 * The calm twin of a run: a lake in a local directory into which every line that was said came once, refined by the same code. Its yellow is
 * what the run's must be.
 */
export async function openCalmLake(lines: readonly SaidLine[]): Promise<TestLake> {
  const lake = await openTestLake('chaos-calm');
  const byHour = Map.groupBy(lines, ({ atMs }) => hourOf(atMs));
  for (const ofHour of byHour.values()) {
    for (let from = 0; from < ofHour.length; from += LINES_PER_TILE) {
      const rows = ofHour.slice(from, from + LINES_PER_TILE).map(({ line, atMs, channelLogin }) => ({
        line: asInRed(line),
        appendedAt: new Date(atMs).toISOString(),
        key: channelLogin,
      }));
      await lake.red.add('chat', rows);
    }
  }
  for (const hour of byHour.keys()) await refineRedHour(lake.deps, hour, true, new AbortController().signal);
  return lake;
}

/** Bytes that are no UTF-8 escaped, as the loader does it. */
function asInRed(line: Buffer): Buffer {
  const message = { key: null, value: line, offset: '0', timestamp: '0', attributes: 0, headers: {} };
  return toRedRow(message).line ?? Buffer.alloc(0);
}
