/** The length of a slot: the rollup `message_counts` has messages by ten seconds. */
export const SLOT_SECONDS = 10;

const slotsIn = (seconds: number): number => seconds / SLOT_SECONDS;

/** What is usual is the median of five minutes before and five minutes after, without the half minute on each side of the slot itself. */
const AROUND = slotsIn(300);
const OWN = slotsIn(30);
/** With fewer slots around it, nobody knows what is usual. */
const FEWEST_AROUND = slotsIn(120);
/** Peaks that are closer belong together. */
const APART = slotsIn(60);
/** From no message to a few is no peak. */
const FEWEST_MESSAGES = 6;
const FEWEST_TIMES = 2;
/** In standard deviations of messages that come by chance (those of a Poisson distribution). */
const LEAST_PROMINENCE = 4;
const MOST_PEAKS = 10;

/** Ten seconds in which a chat wrote much more than in the minutes around them. */
export interface Peak {
  /** The number of its slot. */
  slot: number;
  messages: number;
  /** Messages as a multiple of the usual ones. Of less than one usual message, that of one. */
  times: number;
}

interface Candidate extends Peak {
  prominence: number;
}

/**
 * The peaks of a chat, the most prominent first, at most ten. Of equal ones, the earlier is first. A burst stands out by more than its multiple: from 2 to 10
 * messages happens by chance, from 200 to 1,000 does not.
 * @param messages of each slot; null where nobody listened
 */
export function findPeaks(messages: readonly (number | null)[]): Peak[] {
  const highest = clusters(candidates(messages)).map((peaks) =>
    peaks.reduce((best, peak) => (peak.messages > best.messages ? peak : best)),
  );
  return highest
    .sort((a, b) => b.prominence - a.prominence || a.slot - b.slot)
    .slice(0, MOST_PEAKS)
    .map(({ slot, messages: count, times }) => ({ slot, messages: count, times }));
}

function candidates(messages: readonly (number | null)[]): Candidate[] {
  return messages.flatMap((count, slot) => {
    if (count === null || count < FEWEST_MESSAGES) return [];
    if (!mayStandOut(messages, slot, count)) return [];
    const usual = usualAround(messages, slot);
    if (usual === undefined) return [];
    const times = count / Math.max(usual, 1);
    const prominence = (count - usual) / Math.sqrt(usual + 1);
    return times < FEWEST_TIMES || prominence < LEAST_PROMINENCE ? [] : [{ slot, messages: count, times, prominence }];
  });
}

/** Few slots do, and to look for that is much faster than a median: at least half of what is around it must be low enough. */
function mayStandOut(messages: readonly (number | null)[], slot: number, count: number): boolean {
  const highest = count / FEWEST_TIMES;
  let [low, high] = [0, 0];
  for (let other = Math.max(slot - AROUND, 0); other <= slot + AROUND; other += 1) {
    const around = messages[other];
    if (around === undefined) break;
    if (around === null || Math.abs(other - slot) <= OWN) continue;
    if (around <= highest) low += 1;
    else high += 1;
  }
  return low >= high;
}

function usualAround(messages: readonly (number | null)[], slot: number): number | undefined {
  const around = [
    ...messages.slice(Math.max(slot - AROUND, 0), Math.max(slot - OWN, 0)),
    ...messages.slice(slot + OWN + 1, slot + AROUND + 1),
  ].filter((count) => count !== null);
  return around.length < FEWEST_AROUND ? undefined : medianOf(around);
}

function medianOf(numbers: number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** Candidates in groups of neighbours. */
function clusters(peaks: readonly Candidate[]): Candidate[][] {
  const groups: Candidate[][] = [];
  for (const peak of peaks) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last === undefined || before === undefined || peak.slot - before.slot >= APART) groups.push([peak]);
    else last.push(peak);
  }
  return groups;
}
