import { z } from 'zod';

const count = z.number().nonnegative();
const time = z.string().max(40).nullable();

const COUNTS = {
  /** What the collector counted. */
  received: count,
  acknowledged: count,
  /** Messages in red. */
  red: count,
  /** Of these, messages in windows that the collector never reported, because it crashed. */
  redUntold: count,
  /** Of these, messages in the newest windows, which the collector has not reported yet. */
  redNew: count,
  /** Messages in red beyond those received, in reported windows: Kafka has them twice because its answer was lost. */
  redTwice: count,
  /** Messages in yellow, one per id, counted for the collector whose copy was kept. */
  yellow: count,
  /** Messages in red whose author opted out: their text is erased, or left out of yellow. */
  erased: count.default(0),
  /** Reported windows with fewer messages in red than received, although red should be complete by now. */
  windowsOff: count,
  /** The same for the newest windows, whose lines may not be in red yet. */
  windowsPending: count,
  /** How often a room was lost. */
  losses: count,
};

const collectorSums = z.object({
  collector: z.string(),
  ...COUNTS,
  /** Since when a run with joined rooms has reported neither a window nor an end: it crashed, or its records have not arrived yet. */
  silentSince: time,
});

/** The messages of one collector run on one day, by ten-second windows of arrival. */
export type CollectorSums = z.infer<typeof collectorSums>;

const daySums = z.object({ ...COUNTS, duplicates: z.number() });

/** The sums of a day, over all collectors. */
export type DaySums = z.infer<typeof daySums>;

/** Offsets of an hour that are not stored: half-open, as decimal text. */
const gap = z.object({
  hour: z.string(),
  table: z.string(),
  partition: z.number(),
  from: z.string().regex(/^\d{1,19}$/),
  to: z.string().regex(/^\d{1,19}$/),
  /** `lost`: they never come. `missing`: their stored file is missing, and may come back. */
  reason: z.enum(['lost', 'missing']),
});
export type SummaryGap = z.infer<typeof gap>;

/** `report.json` of a day: the content of its page, for programs. Times are ISO 8601 in UTC, null if there is none. */
export const daySummary = z.object({
  day: z.string(),
  publishedAt: z.string().max(40),
  /** The append time of the newest message in the report. */
  newestMessageAt: time,
  newestPollAt: time,
  /** Hours of the day in yellow, and how many of them are complete. */
  hours: count,
  completeHours: count,
  gaps: z.array(gap).default([]),
  channels: count,
  /** Lines that could not be read; they are in yellow/quarantine. */
  quarantined: count.default(0),
  sums: daySums,
  collectors: z.array(collectorSums),
  /** Problems, with remedies, when the report was published: of manifests of the day, and on the current day of the pipeline. */
  troubles: z.array(z.string()).default([]),
  /** When what people wrote was removed, and after how many days. */
  removed: z.object({ at: z.string().max(40), afterDays: count }).optional(),
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
    erased: 0,
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
    sums.erased += it.erased;
    sums.windowsOff += it.windowsOff;
    sums.windowsPending += it.windowsPending;
    sums.losses += it.losses;
  }
  return { ...sums, duplicates: sums.red - sums.yellow - sums.erased };
}
