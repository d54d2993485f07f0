/** Messages of one collector run on one day, by the ten-second windows of their arrival. */
export interface CollectorSums {
  collector: string;
  /** The collector's own counts. */
  received: number;
  acknowledged: number;
  /** Messages in red. */
  red: number;
  /** Of these, messages in windows that the collector never told of: it died before. */
  redUntold: number;
  /** Of these, messages in the newest windows, of which it has not told yet. */
  redNew: number;
  /** In told windows, messages that red has beyond those received: Kafka has them twice where its answer was lost. */
  redTwice: number;
  /** Messages in yellow, one per id; each counts for the collector whose copy was kept. */
  yellow: number;
  /** Told windows of which red has fewer messages than were received, although it should have had all of them by now. */
  windowsOff: number;
  /** The same of the newest windows, whose lines may still be on their way to red. */
  windowsPending: number;
  /** Times that a room was lost. */
  losses: number;
  /** From when on a run that had rooms joined told nothing more, neither a window nor an end: it died, or its records are on their way. */
  silentSince: string | null;
}

/** The sums of a day, over all collectors. */
export type DaySums = Omit<CollectorSums, 'collector' | 'silentSince'> & { duplicates: number };

/** `report.json` of a day's report: what its page says, for programs. Times are ISO 8601 in UTC, null where there is none. */
export interface DaySummary {
  day: string;
  publishedAt: string;
  /** The append time of the newest message in the report. */
  newestMessageAt: string | null;
  newestPollAt: string | null;
  /** Hours of the day in yellow: all, and those that are complete. */
  hours: number;
  completeHours: number;
  channels: number;
  sums: DaySums;
  collectors: CollectorSums[];
}

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
