import type { LeftBy, RoomAccount } from '../../infra/twitch-simulator/attendance.ts';
import type { CoverageRow } from '../chaos/listening.ts';
import { Listening } from '../chaos/listening.ts';
import { before, without } from './spans.ts';

/** A row of coverage with its reason. */
export interface ReasonedRow extends CoverageRow {
  reason: string | null;
}

/** How far coverage may be off, in milliseconds. It may always claim less than was heard by so much. */
export const BOUNDS = {
  /** From the echo of the JOIN, as it was sent, to the join in coverage. */
  join: 2_000,
  /** From the last line that came to the end of what was heard, by what ended it. A PART that nothing answers is waited for for 5 s. */
  end: 6_000,
  /** In between, where one connection takes over from another. */
  handover: 1_000,
  /** Claimed after we had sent PART: its echo was on its way. No message may lie in it. */
  overclaim: 1_000,
  /** From the start of a chat that never got in to its loss in coverage. */
  wish: 15_000,
} as const;

/** What must have been told of a stay that ended, by what ended it. */
const REASONS: Partial<Record<LeftBy, RegExp>> = {
  'server closed': /^connection (lost|closed)$/,
  stalled: /^connection silent$/,
  banned: /^(msg_banned|parted by Twitch)$/,
};

export interface CoverageInput {
  account: Readonly<Record<string, RoomAccount>>;
  rows: readonly ReasonedRow[];
  /** What comes later is not looked at. */
  untilMs: number;
  /** Why we leave a room on purpose, by login, as the script has it. A room that is not named here must not be left. */
  leaves: ReadonlyMap<string, RegExp>;
}

export interface CoverageComparison {
  /** What is off, in words. */
  failings: string[];
  stays: number;
  gaps: number;
  /** Messages that were said while nobody listened, in rooms that somebody was in before or after. */
  unheard: number;
  /** The widest difference of each kind that was found, in milliseconds. */
  widest: Record<'join' | 'end' | 'handover' | 'overclaim', number>;
}

/** Holds the table of coverage against the simulator's own account. A pure function. */
export function compareCoverage({ account, rows, untilMs, leaves }: CoverageInput): CoverageComparison {
  const listening = new Listening(rows);
  const found: CoverageComparison = {
    failings: [],
    stays: 0,
    gaps: 0,
    unheard: 0,
    widest: { join: 0, end: 0, handover: 0, overclaim: 0 },
  };
  const fail = (login: string, atMs: number, words: string): void =>
    void found.failings.push(`${login} at ${new Date(atMs).toISOString()}: ${words}`);
  const measure = (kind: keyof CoverageComparison['widest'], login: string, atMs: number, ms: number): void => {
    found.widest[kind] = Math.max(found.widest[kind], ms);
    if (ms > BOUNDS[kind]) fail(login, atMs, `${WORDS[kind]} by ${ms} ms, at most ${BOUNDS[kind]} ms are allowed`);
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
      if (listening.claims(login, atMs)) fail(login, atMs, 'coverage claims a message that nobody could hear');
    }
    for (const { fromMs, toMs } of without(claimed, spans)) measure('overclaim', login, fromMs, toMs - fromMs);
    for (const piece of without(spans, claimed)) {
      const kind = spans.some(({ fromMs }) => fromMs === piece.fromMs)
        ? 'join'
        : spans.some(({ toMs }) => toMs === piece.toMs)
          ? 'end'
          : 'handover';
      measure(kind, login, piece.fromMs, piece.toMs - piece.fromMs);
    }
    for (const { fromMs, toMs, endedBy } of stays) {
      if (toMs === null || endedBy === null || toMs >= untilMs) continue;
      // One so short that it was never claimed is part of the gap around it.
      if (!claimed.some((span) => span.fromMs < toMs && span.toMs > fromMs)) continue;
      found.gaps += 1;
      const expected = REASONS[endedBy] ?? leaves.get(login);
      const told = rows.filter(
        (row) => row.channelLogin === login && isLeft(row) && Math.abs(row.atMs - toMs) <= BOUNDS.end,
      );
      const reasons = told.map(({ reason }) => reason ?? 'no reason');
      if (expected === undefined)
        fail(login, toMs, `the room was left (${endedBy}: ${reasons.join(', ')}) without a cause`);
      else if (!reasons.some((reason) => expected.test(reason)))
        fail(login, toMs, `it ended by ${endedBy}, and coverage says ${reasons.join(', ') || 'nothing'}`);
    }
  }
  return found;
}

const WORDS = {
  join: 'a join is told too late',
  end: 'an end is dated too early',
  handover: 'a hole within a stay',
  overclaim: 'coverage claims more than there was',
} as const;

/**
 * Rooms that were asked for and never got in: each must be in coverage from the start of its chat on, with the answer as the reason.
 * @param startedAtMs when the chat of a login was started
 */
export function refusedWishes({
  account,
  rows,
  startedAtMs,
}: Pick<CoverageInput, 'account' | 'rows'> & { startedAtMs: (login: string) => number | undefined }): {
  wishes: number;
  failings: string[];
} {
  const never = Object.entries(account).filter(([, { stays, refused }]) => stays.length === 0 && refused.length > 0);
  const failings = never.flatMap(([login, { refused }]) => {
    const loss = rows.find((row) => row.channelLogin === login && row.kind === 'loss');
    if (loss === undefined) return [`${login} was asked for and never joined, and coverage does not say so`];
    const answer = refused.at(-1)?.answer ?? 'JOIN was not confirmed';
    const afterMs = loss.atMs - (startedAtMs(login) ?? -Infinity);
    return [
      ...(loss.reason === answer ? [] : [`${login} was not joined for ${answer}, and coverage says ${loss.reason}`]),
      ...(Math.abs(afterMs) <= BOUNDS.wish ? [] : [`${login} is in coverage ${afterMs} ms after its chat began`]),
    ];
  });
  return { wishes: never.length, failings };
}

function isLeft({ kind }: ReasonedRow): boolean {
  return kind === 'loss' || kind === 'end';
}
