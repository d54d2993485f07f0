import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DaySummary } from '../viz/day-summary.ts';
import type { Counts } from './demo-sums.ts';

/** Adds up the counts of the collectors whose names start with `collectorPrefix`, over the published reports of the days. */
export async function readCounts(siteDirectory: string, days: string[], collectorPrefix: string): Promise<Counts> {
  const counts: Counts = { received: 0, acknowledged: 0, red: 0, yellow: 0, gaps: 0 };
  for (const day of days) {
    const summary = await readSummary(join(siteDirectory, day, 'report.json'));
    for (const sums of (summary?.collectors ?? []).filter(({ collector }) => collector.startsWith(collectorPrefix))) {
      counts.received += sums.received;
      counts.acknowledged += sums.acknowledged;
      // Without lines that Kafka has twice because its answer was lost.
      counts.red += sums.red - sums.redTwice;
      counts.yellow += sums.yellow;
      counts.gaps += sums.losses;
    }
  }
  return counts;
}

async function readSummary(path: string): Promise<DaySummary | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DaySummary;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
