import { toRedRow } from '../../activities/load/red-row.ts';
import { refineRedHour } from '../../activities/yellow/refinement.ts';
import { hourOf } from '../../workflows/hour.ts';
import { openTestLake } from '../integration/test-lake.ts';
import type { TestLake } from '../integration/test-lake.ts';
import type { SentLine } from './sent-lines.ts';

const LINES_PER_TILE = 50_000;

/** The calm run: a local lake that contains every sent line once, refined by the same code. The run's yellow must equal its yellow. */
export async function openCalmLake(lines: readonly SentLine[]): Promise<TestLake> {
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

/** Escapes invalid UTF-8 as the loader does. */
function asInRed(line: Buffer): Buffer {
  const message = { key: null, value: line, offset: '0', timestamp: '0', attributes: 0, headers: {} };
  return toRedRow(message).line ?? Buffer.alloc(0);
}
