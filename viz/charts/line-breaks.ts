interface Point {
  at: string;
}

/**
 * The points of a line in the order of time, with an empty one where the line breaks, because nothing is known there.
 * @param longestMs a longer time between two points is a break
 * @param empty a point without a value, at the time up to which something is known
 */
export function withBreaks<P extends Point>(
  points: readonly P[],
  longestMs: number,
  empty: (at: string, last: P) => P,
): P[] {
  return points.flatMap((point, index) => {
    const last = points[index - 1];
    if (last === undefined || Date.parse(point.at) - Date.parse(last.at) <= longestMs) return [point];
    return [empty(new Date(Date.parse(last.at) + longestMs).toISOString(), last), point];
  });
}

/** The longest time between two polls that is no break: one may be late, and one may fail. In ms. */
export function longestBetweenPolls(points: readonly Point[]): number {
  const times = [...new Set(points.map(({ at }) => Date.parse(at)))].sort((a, b) => a - b);
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const usual = steps.sort((a, b) => a - b)[steps.length >> 1];
  return usual === undefined ? Infinity : 3 * usual;
}
