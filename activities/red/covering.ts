import type { OffsetRange } from './tiling.ts';
import type { Boundary } from './boundaries.ts';

/** A half-open range of offsets. */
export type Range = Pick<OffsetRange, 'from' | 'to'>;

/** The offset up to which the ranges, nested or not, cover `wanted` without a hole: `wanted.to` or more if they cover all of it. */
export function coveredUpTo(ranges: Range[], wanted: Range): bigint {
  const sorted = [...ranges].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  let covered = wanted.from;
  for (const { from, to } of sorted) {
    if (from > covered) break;
    if (to > covered) covered = to;
  }
  return covered;
}

/** The parts of `wanted` that no range covers, in order. */
export function uncoveredParts(ranges: Range[], wanted: Range): Range[] {
  const parts: Range[] = [];
  let at = wanted.from;
  for (;;) {
    at = coveredUpTo(ranges, { from: at, to: wanted.to });
    if (at >= wanted.to) return parts;
    const starts = ranges.map(({ from }) => from).filter((from) => from > at && from < wanted.to);
    const to = starts.reduce((least, from) => (from < least ? from : least), wanted.to);
    parts.push({ from: at, to });
    at = to;
  }
}

/** The first boundary that is not covered, and the offset up to which it is; undefined if all are covered. */
export function firstUncovered(
  boundaries: Boundary[],
  rangesOf: (boundary: Boundary) => Range[],
): { boundary: Boundary; coveredUpTo: bigint } | undefined {
  for (const boundary of boundaries) {
    const wanted = { from: BigInt(boundary.from), to: BigInt(boundary.to) };
    const upTo = coveredUpTo(rangesOf(boundary), wanted);
    if (upTo < wanted.to) return { boundary, coveredUpTo: upTo };
  }
  return undefined;
}
