import { RawLines } from '../import/raw-line.ts';
import { readLineHead } from '../irc/line-kind.ts';
import type { CollectedLine } from '../kafka/collected-line.ts';
import { OLDEST_IMPORTED_MS } from '../kafka/imported-line.ts';
import type { Gap } from './gap.ts';
import type { RecentAnswer } from './recent-messages.ts';

export interface LinesOfGap {
  lines: CollectedLine[];
  /** The part of the gap of which the lines are all that was said; undefined if nobody can tell. */
  filled: Pick<Gap, 'fromMs' | 'untilMs'> | undefined;
  /** Lines of another channel, lines without a time, and lines that cannot be read. */
  rejected: number;
}

/** Lines from this long before the gap are kept: copies are harmless, and clocks differ. */
const MARGIN_MS = 60_000;
/** Twitch does not send lines exactly in the order of their times: lines before the oldest one of an answer may be this much newer. */
const DISORDER_MS = 1_000;
/** With clocks that differ more, times of lines do not show which part of the gap they fill. */
const MOST_AHEAD_MS = 15_000;
/** The owner of the public service asks for at most ten messages per second of a gap (Chatterino/chatterino2#4989). */
const LINES_PER_SECOND = 10;
const LIMITS = { least: 100, most: 800 };

/** How many of the newest lines to ask for. */
export function limitOf({ fromMs }: Gap, nowMs: number): number {
  const lines = Math.ceil(((nowMs - fromMs) / 1000) * LINES_PER_SECOND);
  return Math.min(Math.max(lines, LIMITS.least), LIMITS.most);
}

/**
 * What an answer has for a gap. It has the newest lines without a break, so it fills the gap from a second after its oldest line on, if the
 * service listens to the channel. A line from before the gap shows that it goes back far enough. A line without a time is not stored: with a time that we guess, a copy
 * of it could get into another hour, and nobody would know how far back the answer goes.
 */
export function linesOfGap(gap: Gap, answer: RecentAnswer, nowMs: number): LinesOfGap {
  const times = { fromMs: OLDEST_IMPORTED_MS, toMs: nowMs + MARGIN_MS };
  const raw = new RawLines(times, gap.fromMs);
  const lines: CollectedLine[] = [];
  let rejected = answer.unusable;
  let oldestMs = Infinity;
  answer.lines.forEach((text, index) => {
    const read = isOfChannel(text, gap) ? raw.read(text, index + 1) : undefined;
    if (read === undefined || 'problem' in read) rejected += 1;
    else if ('line' in read && raw.timeOf(text) === undefined) rejected += 1;
    else if ('line' in read) {
      const { receivedAtMs } = read.line;
      oldestMs = Math.min(oldestMs, receivedAtMs);
      if (receivedAtMs >= gap.fromMs - MARGIN_MS) lines.push({ ...read.line, key: gap.channelId });
    }
  });
  const isCertain = answer.error === undefined && rejected === 0 && Math.abs(answer.aheadMs) <= MOST_AHEAD_MS;
  const filled = { fromMs: Math.max(gap.fromMs, oldestMs + DISORDER_MS), untilMs: gap.untilMs };
  return { lines, filled: isCertain && filled.fromMs < filled.untilMs ? filled : undefined, rejected };
}

/** Twitch leaves the id of the room out of some lines. */
function isOfChannel(line: Buffer, { channelId, channelLogin }: Gap): boolean {
  const { channelLogin: login, roomId } = readLineHead(line);
  return login?.toLowerCase() === channelLogin && (roomId === undefined || roomId === channelId);
}
