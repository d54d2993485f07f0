import type { Duty } from './duties.ts';
import type { RedComparison } from './red-against-kafka.ts';
import type { YellowComparison } from './yellow-against-said.ts';

/** A fault that was done, and how long it took until the duties it hurt were done again; undefined where they never were. */
export interface DoneFault {
  name: string;
  kind: 'worker' | 'server' | 'other';
  duties: readonly Duty[];
  beganMs: number;
  recoveryMs: number | undefined;
  recoveredMs: number | undefined;
}

/** So long after its end a fault must have been recovered from: Twitch's silence alone is found after 70 s. */
export const RECOVERS_WITHIN_MS = 240_000;

/** How often a reader has read what. */
export interface Reads {
  tables: number;
  pages: number;
}

/** The last line of a run. Messages are PRIVMSG lines; the counts of Kafka and red are of all lines, and of every copy. */
export interface Verdict {
  seed: number;
  faults: number;
  /** Messages that the simulated Twitch said in channels on air. */
  sent: number;
  /** Messages of which some collector's copy is in Kafka. */
  received: number;
  /** Lines in Kafka: two collectors' copies, repeated ones and other commands too. */
  acknowledged: number;
  red: number;
  yellow: number;
  lost: number;
  duplicatesInYellow: number;
  gapsDeclared: number;
  gapsUndeclared: number;
  digestEqual: boolean;
  recoveryP50Ms: number;
  recoveryP95Ms: number;
  recoveryMaxMs: number;
  maxRssMb: number;
}

/** Everything that a run has found. */
export interface Findings {
  seed: number;
  sent: number;
  faults: DoneFault[];
  /** Faults that could not be done, in words. */
  faultFailings: string[];
  red: RedComparison[];
  yellow: YellowComparison;
  /** The ids of the messages of which Kafka has a copy. */
  inKafka: ReadonlySet<string>;
  /** Whole reads, made while tables and pages were being replaced. */
  reads: Reads;
  /** What such a read saw and should not have. */
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
    lost: red.reduce((sum, { lost }) => sum + lost, 0) + yellow.lostOfTold + notInYellow,
    duplicatesInYellow: yellow.duplicatesInYellow,
    gapsDeclared: yellow.gapsDeclared,
    gapsUndeclared: yellow.gapsUndeclared,
    digestEqual: yellow.digestEqual,
    recoveryP50Ms: quantile(recoveries, 0.5),
    recoveryP95Ms: quantile(recoveries, 0.95),
    recoveryMaxMs: quantile(recoveries, 1),
    maxRssMb,
  };
}

/** What a run must not have found, in words; empty for a good one. */
export function failings(findings: Findings): string[] {
  const { lost, duplicatesInYellow, gapsUndeclared, digestEqual } = judge(findings);
  const surplus = findings.red.reduce((sum, red) => sum + red.surplus, 0);
  const { invented, undeclared, crowdedHours } = findings.yellow;
  const { reads, brokenReads, faultFailings } = findings;
  const notRecovered = findings.faults.filter(({ recoveryMs }) => recoveryMs === undefined).map(({ name }) => name);
  return [
    ...said(lost > 0, `${lost} messages that Kafka acknowledged are not in red or not in yellow`),
    ...said(surplus > 0, `${surplus} rows of red are not as Kafka has them, or there twice`),
    ...said(duplicatesInYellow > 0, `${duplicatesInYellow} rows of yellow have the id of another`),
    ...said(invented > 0, `${invented} rows of yellow were never said`),
    ...said(
      gapsUndeclared > 0,
      `${gapsUndeclared} messages are missing though somebody listened or had no reason not to: ${undeclared.join('; ')}`,
    ),
    ...said(!digestEqual, 'yellow is not that of the calm run'),
    ...said(notRecovered.length > 0, `no recovery from ${notRecovered.join(', ')}`),
    ...said(crowdedHours.length > 0, `hours of yellow with more than one file: ${crowdedHours.join(', ')}`),
    ...faultFailings,
    ...said(reads.tables === 0, 'the reader has read no table'),
    ...said(reads.pages === 0, 'the reader has read no page'),
    ...said(brokenReads.length > 0, `a reader saw ${brokenReads.slice(0, 3).join('; ')}`),
  ];
}

function said(isSo: boolean, text: string): string[] {
  return isSo ? [text] : [];
}

/** A fault that was not recovered from counts with the whole time that was waited. */
function atLeastMs({ recoveryMs = RECOVERS_WITHIN_MS }: DoneFault): number {
  return recoveryMs;
}

/** The nearest rank; 0 without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

/** Recovery times by what was hurt, in words. */
export function recoveriesInWords(faults: readonly DoneFault[]): string[] {
  const words = {
    worker: 'workers that were killed or stopped',
    server: 'servers that were killed',
    other: 'all else',
  };
  return (['worker', 'server', 'other'] as const).flatMap((kind) => {
    const times = faults.filter((fault) => fault.kind === kind).map(atLeastMs);
    if (times.length === 0) return [];
    const [half, most, worst] = [0.5, 0.95, 1].map((share) => (quantile(times, share) / 1_000).toFixed(1));
    return [`recovery of ${words[kind]}: p50 ${half} s, p95 ${most} s, at most ${worst} s (${times.length} faults)`];
  });
}
