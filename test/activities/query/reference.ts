import { Listening } from '../../chaos/listening.ts';
import type { CoverageRow } from '../../chaos/listening.ts';
import { subtract, union } from '../../day/spans.ts';
import type { Span } from '../../day/spans.ts';

/** A record of coverage for tests. */
export interface CoverageRecord extends CoverageRow {
  reason?: string | undefined;
}

const WINDOW_MS = 10_000;
const STILL_REPORTING_MS = 120_000;
const STOPS = new Set(['WORKER_SHUTDOWN', 'the collector stops']);

/** When one of the runs listened to the channel. */
export function listenedSpans(records: readonly CoverageRecord[], login: string): Span[] {
  return union(new Listening(records).heard(login));
}

/** When the channel was wanted and nobody listened, computed run by run. An open gap ends at Infinity. */
export function gapSpans(records: readonly CoverageRecord[], login: string): Span[] {
  const seenUntil = new Map<string, number>();
  for (const { collector, kind, atMs } of records) {
    const until = kind === 'tally' ? atMs + WINDOW_MS : atMs;
    seenUntil.set(collector, Math.max(seenUntil.get(collector) ?? -Infinity, until));
  }
  const newest = Math.max(...seenUntil.values());
  const isReporting = (run: string): boolean => (seenUntil.get(run) ?? -Infinity) >= newest - STILL_REPORTING_MS;
  const ofRoom = records
    .filter(({ kind, channelLogin }) => kind !== 'tally' && channelLogin === login)
    .sort((a, b) => a.atMs - b.atMs || PLACE[a.kind] - PLACE[b.kind]);
  const runs = [...new Set(ofRoom.map(({ collector }) => collector))];

  const heard: Span[] = [];
  const wanted: Span[] = [];
  for (const run of runs) {
    const own = records.filter(({ collector }) => collector === run);
    const spans = new Listening(own).heard(login);
    heard.push(...spans);
    const ofRun = ofRoom.filter(({ collector }) => collector === run);
    const open = ofRun.at(ofRun.findLastIndex(({ kind }) => kind !== 'join') + 1);
    if (isReporting(run) && open?.kind === 'join') heard.push({ fromMs: open.atMs, toMs: Infinity });

    let sinceMs: number | undefined;
    for (const record of ofRun) {
      if (!isFinal(record)) sinceMs ??= record.atMs;
      else if (sinceMs !== undefined) {
        wanted.push({ fromMs: sinceMs, toMs: record.atMs });
        sinceMs = undefined;
      }
    }
    if (sinceMs === undefined) continue;
    const fromMs = sinceMs;
    const afterMs = Math.max(fromMs, ...spans.map((span) => Math.max(span.fromMs, span.toMs)));
    const ending = isReporting(run)
      ? undefined
      : ofRoom.find((it) => it.collector !== run && isFinal(it) && it.atMs >= afterMs);
    wanted.push({ fromMs, toMs: ending?.atMs ?? Infinity });
  }
  return subtract(wanted, heard);
}

const PLACE = { tally: 0, join: 1, loss: 2, end: 3 };

function isFinal({ kind, reason }: CoverageRecord): boolean {
  return kind === 'end' && !STOPS.has(reason ?? '');
}
