/** A time in milliseconds since 1970, half open. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** The spans in order, merged where they touch or overlap. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { fromMs, toMs } of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (toMs <= fromMs) continue;
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else merged.push({ fromMs, toMs });
  }
  return merged;
}

/** The parts of `spans` that are in none of `others`. */
export function subtract(spans: readonly Span[], others: readonly Span[]): Span[] {
  let left = union(spans);
  for (const other of union(others)) {
    left = left.flatMap(({ fromMs, toMs }) => [
      ...(fromMs < Math.min(toMs, other.fromMs) ? [{ fromMs, toMs: Math.min(toMs, other.fromMs) }] : []),
      ...(Math.max(fromMs, other.toMs) < toMs ? [{ fromMs: Math.max(fromMs, other.toMs), toMs }] : []),
    ]);
  }
  return left;
}

/** The parts of the spans before a time. */
export function before(spans: readonly Span[], untilMs: number): Span[] {
  return union(spans.map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, untilMs) })));
}
