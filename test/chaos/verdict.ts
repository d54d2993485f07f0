import type { Duty } from './duties.ts';
import type { RedComparison } from './compare-red.ts';
import type { YellowComparison } from './compare-yellow.ts';
import type { Forgetting } from './forgetting.ts';

/** A fault that happened, and its recovery time; undefined if the duties were never done again. */
export interface DoneFault {
  name: string;
  kind: 'worker' | 'server' | 'other';
  duties: readonly Duty[];
  beganMs: number;
  recoveryMs: number | undefined;
  recoveredMs: number | undefined;
}

/** Time limit for recovering from a fault, from its end. Finding a silent chat connection alone takes up to 70 s. */
export const RECOVERS_WITHIN_MS = 240_000;

/** The number of complete reads by the reader. */
interface Reads {
  tables: number;
  pages: number;
}

/** The last line of a run. Messages are PRIVMSG lines; the counts of Kafka and red include all lines and every copy. */
export interface Verdict {
  seed: number;
  faults: number;
  /** Messages that the simulated Twitch sent in channels on air. */
  sent: number;
  /** Messages of which Kafka has a copy from some collector. */
  received: number;
  /** Lines in Kafka, including copies from both collectors, repeated lines and other commands. */
  acknowledged: number;
  red: number;
  yellow: number;
  lost: number;
  duplicatesInYellow: number;
  gapsDeclared: number;
  gapsUndeclared: number;
  digestEqual: boolean;
  /** Faults while a user was forgotten after all that. */
  forgetFaults: number;
  /** Files that still tell of the user. */
  forgetLeft: number;
  recoveryP50Ms: number;
  recoveryP95Ms: number;
  recoveryMaxMs: number;
  maxRssMb: number;
}

/** All findings of a run. */
export interface Findings {
  seed: number;
  sent: number;
  faults: DoneFault[];
  /** Messages about faults that could not be done. */
  faultFailures: string[];
  red: RedComparison[];
  yellow: YellowComparison;
  forgetting: Forgetting;
  /** The ids of the messages in Kafka. */
  inKafka: ReadonlySet<string>;
  /** Complete reads, made while tables and pages were being replaced. */
  reads: Reads;
  /** Problems that these reads found. */
  brokenReads: string[];
  maxRssMb: number;
}

export function judge(findings: Findings): Verdict {
  const { seed, sent, faults, red, yellow, inKafka, maxRssMb } = findings;
  const notInYellow = [...inKafka].filter((id) => !yellow.messageIds.has(id)).length;
  const recoveries = faults.map(atLeastMs);
  return {
    seed,
    faults: faults.length,
    sent,
    received: inKafka.size,
    acknowledged: red[0]?.acknowledged ?? 0,
    red: red[0]?.red ?? 0,
    yellow: yellow.yellow,
    lost: red.reduce((sum, { lost }) => sum + lost, 0) + yellow.lostOfReported + notInYellow,
    duplicatesInYellow: yellow.duplicatesInYellow,
    gapsDeclared: yellow.gapsDeclared,
    gapsUndeclared: yellow.gapsUndeclared,
    digestEqual: yellow.digestEqual,
    forgetFaults: findings.forgetting.faults.length,
    forgetLeft: findings.forgetting.filesLeft.length,
    recoveryP50Ms: quantile(recoveries, 0.5),
    recoveryP95Ms: quantile(recoveries, 0.95),
    recoveryMaxMs: quantile(recoveries, 1),
    maxRssMb,
  };
}

/** The failures of a run, in words; empty for a good run. */
export function failures(findings: Findings): string[] {
  const { lost, duplicatesInYellow, gapsUndeclared, digestEqual } = judge(findings);
  const surplus = findings.red.reduce((sum, red) => sum + red.surplus, 0);
  const { neverSent, undeclared, crowdedHours } = findings.yellow;
  const { reads, brokenReads, faultFailures } = findings;
  const notRecovered = findings.faults.filter(({ recoveryMs }) => recoveryMs === undefined).map(({ name }) => name);
  return [
    ...failureIf(lost > 0, `${lost} messages that Kafka acknowledged are missing in red or yellow`),
    ...failureIf(surplus > 0, `${surplus} rows of red differ from Kafka or are duplicated`),
    ...failureIf(duplicatesInYellow > 0, `${duplicatesInYellow} rows of yellow have a duplicate id`),
    ...failureIf(neverSent > 0, `${neverSent} rows of yellow were never sent`),
    ...failureIf(
      gapsUndeclared > 0,
      `${gapsUndeclared} messages are missing although a collector listened or nothing prevented it: ${undeclared.join('; ')}`,
    ),
    ...failureIf(!digestEqual, 'yellow is not that of the calm run'),
    ...forgettingFailures(findings.forgetting),
    ...failureIf(notRecovered.length > 0, `no recovery from ${notRecovered.join(', ')}`),
    ...failureIf(crowdedHours.length > 0, `hours of yellow with more than one file: ${crowdedHours.join(', ')}`),
    ...faultFailures,
    ...failureIf(reads.tables === 0, 'the reader has read no table'),
    ...failureIf(reads.pages === 0, 'the reader has read no page'),
    ...failureIf(brokenReads.length > 0, `a reader saw ${brokenReads.slice(0, 3).join('; ')}`),
  ];
}

function forgettingFailures(forgetting: Forgetting): string[] {
  const { faults, rowsBefore, filesBefore, filesLeft, othersChanged, linesChanged } = forgetting;
  const beside = `after ${faults.join(', ') || 'no fault'}`;
  return [
    ...failureIf(rowsBefore === 0, 'nobody had written anything, so nobody could be forgotten'),
    ...failureIf(filesBefore === 0, 'the search for a user found nobody before anything was erased'),
    ...failureIf(filesLeft.length > 0, `a forgotten user is still in ${filesLeft.slice(0, 3).join(', ')}, ${beside}`),
    ...failureIf(othersChanged > 0, `forgetting a user changed ${othersChanged} rows of others, ${beside}`),
    ...failureIf(linesChanged > 0, `forgetting a user added or removed ${linesChanged} lines of red, ${beside}`),
  ];
}

function failureIf(isSo: boolean, text: string): string[] {
  return isSo ? [text] : [];
}

/** A fault without recovery counts with the full waiting time. */
function atLeastMs({ recoveryMs = RECOVERS_WITHIN_MS }: DoneFault): number {
  return recoveryMs;
}

/** Nearest rank; 0 if there are no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

/** Recovery times by kind of fault, in words. */
export function recoveriesInWords(faults: readonly DoneFault[]): string[] {
  const words = {
    worker: 'killed or stopped workers',
    server: 'killed servers',
    other: 'all else',
  };
  return (['worker', 'server', 'other'] as const).flatMap((kind) => {
    const times = faults.filter((fault) => fault.kind === kind).map(atLeastMs);
    if (times.length === 0) return [];
    const [half, most, worst] = [0.5, 0.95, 1].map((share) => (quantile(times, share) / 1_000).toFixed(1));
    return [`recovery of ${words[kind]}: p50 ${half} s, p95 ${most} s, at most ${worst} s (${times.length} faults)`];
  });
}
