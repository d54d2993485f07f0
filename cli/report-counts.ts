import type { DaySummary } from '../viz/day-summary.ts';
import type { Counts } from './demo-sums.ts';

/** Adds up the counts of the collectors whose names start with `collectorPrefix`, over the reports of the days on the site. */
export async function readCounts(siteUrl: string, days: string[], collectorPrefix: string): Promise<Counts> {
  const counts: Counts = { received: 0, acknowledged: 0, red: 0, yellow: 0, gaps: 0 };
  for (const day of days) {
    const summary = await readSummary(`${siteUrl}/${day}/report.json`);
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

async function readSummary(url: string): Promise<DaySummary | undefined> {
  const response = await fetch(url);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`Expected ${url} to be served, got status ${response.status}.`);
  return (await response.json()) as DaySummary;
}
