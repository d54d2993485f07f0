/**
 * How long to wait before attempt number `attempt`, in milliseconds: 0 before the first, then exponential up to `maxMs`. Each pause is
 * random between half and all of that, so that clients that lost the same server do not reconnect at the same moment.
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
