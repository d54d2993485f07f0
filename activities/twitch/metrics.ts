import type { MetricMeter } from '@temporalio/common';

/** Creates the gauge of Helix's rate limit. @returns a function that updates it */
export function createPointsGauge(meter: MetricMeter): (points: number) => void {
  const gauge = meter.createGauge(
    'chatlake_helix_points',
    'int',
    'points',
    'Requests that Helix still allowed after its latest answer',
  );
  return (points) => gauge.set(points);
}

/** Creates the gauge of the token. @returns a function that is told the expiry of the current token, ISO, or null if it has none */
export function createTokenGauge(meter: MetricMeter): (expiresAt: string | null) => void {
  const gauge = meter.createGauge(
    'chatlake_token_expires_at_seconds',
    'float',
    'seconds',
    'When the token expires, in seconds since 1970; +Inf if Twitch has named no time',
  );
  return (expiresAt) => gauge.set(expiresAt === null ? Infinity : Date.parse(expiresAt) / 1000);
}
