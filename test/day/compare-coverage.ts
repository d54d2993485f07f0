import type { LeftBy, RoomAccount } from '../../infra/twitch-simulator/attendance.ts';
import type { CoverageRow } from '../chaos/listening.ts';
import { Listening } from '../chaos/listening.ts';
import { TALLY_WINDOW_MS } from '../../activities/kafka/coverage-record.ts';
import { before, subtract } from './spans.ts';

/** A row of coverage with its reason. */
export interface ReasonedRow extends CoverageRow {
  reason: string | null;
}

/** By how much coverage may differ, in milliseconds. It may always claim that much too little. */
export const BOUNDS = {
  /** From the echo of the JOIN, when it was sent, to the join in coverage. */
  join: 2_000,
  /** From the last received line to the end of listening, by cause. An unanswered PART is waited for for 5 s. */
  end: 6_000,
  /** Between two connections, when one takes over from the other. */
  handover: 1_000,
  /** Claimed after we sent PART, until its echo. No message may lie in that time. */
  overclaim: 1_000,
  /** From the start of a chat that was never joined to its loss in coverage. */
  refused: 15_000,
} as const;

/** The reason that coverage must give for the end of a stay, by cause. */
const REASONS: Partial<Record<LeftBy, RegExp>> = {
  'server closed': /^connection (lost|closed)$/,
  stalled: /^connection silent$/,
  banned: /^(msg_banned|parted by Twitch)$/,
};

export interface CoverageInput {
  account: Readonly<Record<string, RoomAccount>>;
  rows: readonly ReasonedRow[];
  /** Later records are ignored. */
  untilMs: number;
  /** Why we leave a room on purpose, by login, according to the script. Rooms not listed here must not be left. */
  leaves: ReadonlyMap<string, RegExp>;
}

export interface CoverageComparison {
  /** The failures, in words. */
  failures: string[];
  stays: number;
  gaps: number;
  /** Messages sent while nobody listened, in rooms that were joined at another time. */
  unheard: number;
  /** The largest difference of each kind, in milliseconds. */
  widest: Record<'join' | 'end' | 'handover' | 'overclaim', number>;
}

/** Compares the coverage table with the simulator's own account. A pure function. */
export function compareCoverage({ account, rows, untilMs, leaves }: CoverageInput): CoverageComparison {
  const listening = new Listening(rows);
  const found: CoverageComparison = {
    failures: [],
    stays: 0,
    gaps: 0,
    unheard: 0,
    widest: { join: 0, end: 0, handover: 0, overclaim: 0 },
  };
  const fail = (login: string, atMs: number, words: string): void =>
    void found.failures.push(`${login} at ${new Date(atMs).toISOString()}: ${words}`);
  const measure = (kind: keyof CoverageComparison['widest'], login: string, atMs: number, ms: number): void => {
    found.widest[kind] = Math.max(found.widest[kind], ms);
    if (ms > BOUNDS[kind]) fail(login, atMs, `${WORDS[kind]} by ${ms} ms (allowed: ${BOUNDS[kind]} ms)`);
  };

  for (const login of new Set([...Object.keys(account), ...listening.channelLogins])) {
    const { stays = [], unheard = [] } = account[login] ?? {};
    const spans = before(
      stays.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? Infinity })),
      untilMs,
    );
    const claimed = before(listening.heard(login), untilMs);
    found.stays += spans.length;
    for (const { atMs } of unheard) {
      if (atMs >= untilMs) continue;
      found.unheard += 1;
      if (listening.claims(login, atMs))
        fail(login, atMs, 'coverage claims a message that no connection could receive');
    }
    for (const { fromMs, toMs } of subtract(claimed, spans)) measure('overclaim', login, fromMs, toMs - fromMs);
    for (const piece of subtract(spans, claimed)) {
      const kind = spans.some(({ fromMs }) => fromMs === piece.fromMs)
        ? 'join'
        : spans.some(({ toMs }) => toMs === piece.toMs)
          ? 'end'
          : 'handover';
      measure(kind, login, piece.fromMs, piece.toMs - piece.fromMs);
    }
    for (const { fromMs, toMs, endedBy } of stays) {
      if (toMs === null || endedBy === null || toMs >= untilMs) continue;
      // A stay too short to be claimed belongs to the gap around it.
      if (!claimed.some((span) => span.fromMs < toMs && span.toMs > fromMs)) continue;
      found.gaps += 1;
      const expected = REASONS[endedBy] ?? leaves.get(login);
      const ends = rows.filter(
        (row) => row.channelLogin === login && isLeft(row) && Math.abs(row.atMs - toMs) <= BOUNDS.end,
      );
      const reasons = ends.map(({ reason }) => reason ?? 'no reason');
      if (expected === undefined)
        fail(login, toMs, `the room was left (${endedBy}: ${reasons.join(', ')}) without a cause`);
      else if (!reasons.some((reason) => expected.test(reason)))
        fail(login, toMs, `it ended by ${endedBy}, but coverage says ${reasons.join(', ') || 'nothing'}`);
    }
  }
  return found;
}

const WORDS = {
  join: 'a join is reported too late',
  end: 'an end is dated too early',
  handover: 'a gap within a stay',
  overclaim: 'coverage claims too much',
} as const;

/**
 * Checks rooms that were requested but never joined: each must be in coverage from the start of its chat, with the answer as the reason.
 * @param startedAtMs when the chat of a login was started
 */
export function checkRefusedRooms({
  account,
  rows,
  startedAtMs,
}: Pick<CoverageInput, 'account' | 'rows'> & { startedAtMs: (login: string) => number | undefined }): {
  count: number;
  failures: string[];
} {
  const never = Object.entries(account).filter(([, { stays, refused }]) => stays.length === 0 && refused.length > 0);
  const failures = never.flatMap(([login, { refused }]) => {
    const loss = rows.find((row) => row.channelLogin === login && row.kind === 'loss');
    if (loss === undefined) return [`${login} was requested but never joined, and coverage does not report it`];
    const answer = refused.at(-1)?.answer ?? 'JOIN was not confirmed';
    const afterMs = loss.atMs - (startedAtMs(login) ?? -Infinity);
    return [
      ...(loss.reason === answer
        ? []
        : [`${login} was not joined because of ${answer}, but coverage says ${loss.reason}`]),
      ...(Math.abs(afterMs) <= BOUNDS.refused ? [] : [`${login} is in coverage ${afterMs} ms after its chat started`]),
    ];
  });
  return { count: never.length, failures };
}

/** The end of the last window that a collector has reported. */
export function reportedUpToMs(rows: readonly CoverageRow[]): number {
  const tallies = rows.filter(({ kind }) => kind === 'tally');
  return Math.max(0, ...tallies.map(({ atMs }) => atMs + TALLY_WINDOW_MS));
}

function isLeft({ kind }: ReasonedRow): boolean {
  return kind === 'loss' || kind === 'end';
}
