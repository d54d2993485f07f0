/**
 * How long to wait before the n-th attempt, in milliseconds: none before the first, then growing by two up to `maxMs`, each somewhere
 * between the half and the whole, so that many who lost the same server do not come back at the same moment.
 */
export function pauseBefore(
  attempt: number,
  options: { firstMs: number; maxMs: number },
  random = Math.random,
): number {
  if (attempt <= 0) return 0;
  const whole = Math.min(options.maxMs, options.firstMs * 2 ** (attempt - 1));
  return whole * (0.5 + random() / 2);
}
