import { z } from 'zod';

const count = z.number().nonnegative();
const time = z.string().max(40).nullable();

const COUNTS = {
  /** The collector's own counts. */
  received: count,
  acknowledged: count,
  /** Messages in red. */
  red: count,
  /** Of these, messages in windows that the collector never told of: it died before. */
  redUntold: count,
  /** Of these, messages in the newest windows, of which it has not told yet. */
  redNew: count,
  /** In told windows, messages that red has beyond those received: Kafka has them twice where its answer was lost. */
  redTwice: count,
  /** Messages in yellow, one per id; each counts for the collector whose copy was kept. */
  yellow: count,
  /** Told windows of which red has fewer messages than were received, although it should have had all of them by now. */
  windowsOff: count,
  /** The same of the newest windows, whose lines may still be on their way to red. */
  windowsPending: count,
  /** Times that a room was lost. */
  losses: count,
};

const collectorSums = z.object({
  collector: z.string(),
  ...COUNTS,
  /** From when on a run that had rooms joined told nothing more, neither a window nor an end: it died, or its records are on their way. */
  silentSince: time,
});

/** Messages of one collector run on one day, by the ten-second windows of their arrival. */
export type CollectorSums = z.infer<typeof collectorSums>;

const daySums = z.object({ ...COUNTS, duplicates: z.number() });

/** The sums of a day, over all collectors. */
export type DaySums = z.infer<typeof daySums>;

/** `report.json` of a day's report: what its page says, for programs. Times are ISO 8601 in UTC, null where there is none. */
export const daySummary = z.object({
  day: z.string(),
  publishedAt: z.string().max(40),
  /** The append time of the newest message in the report. */
  newestMessageAt: time,
  newestPollAt: time,
  /** Hours of the day in yellow: all, and those that are complete. */
  hours: count,
  completeHours: count,
  channels: count,
  sums: daySums,
  collectors: z.array(collectorSums),
  /**
   * What was wrong when the report was published, and what helps: with a manifest of the day, and on the running day with the pipeline.
   */
  troubles: z.array(z.string()).default([]),
});

export type DaySummary = z.infer<typeof daySummary>;

export function addUp(collectors: CollectorSums[]): DaySums {
  const sums: DaySums = {
    received: 0,
    acknowledged: 0,
    red: 0,
    redUntold: 0,
    redNew: 0,
    redTwice: 0,
    yellow: 0,
    windowsOff: 0,
    windowsPending: 0,
    losses: 0,
    duplicates: 0,
  };
  for (const it of collectors) {
    sums.received += it.received;
    sums.acknowledged += it.acknowledged;
    sums.red += it.red;
    sums.redUntold += it.redUntold;
    sums.redNew += it.redNew;
    sums.redTwice += it.redTwice;
    sums.yellow += it.yellow;
    sums.windowsOff += it.windowsOff;
    sums.windowsPending += it.windowsPending;
    sums.losses += it.losses;
  }
  return { ...sums, duplicates: sums.red - sums.yellow };
}
