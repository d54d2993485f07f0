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

interface TokenGauges {
  /** @param expiresAt ISO; null if it has no end */
  onRefreshed(account: string, expiresAt: string | null): void;
  onUsable(account: string, isUsable: boolean): void;
}

/** Creates the gauges of tokens. The time of the last refresh begins at 0, so that an account that is never refreshed is noticed. */
export function createTokenGauges(meter: MetricMeter, accounts: readonly string[]): TokenGauges {
  const expiry = meter.createGauge(
    'chatlake_token_expires_at_seconds',
    'float',
    'seconds',
    'When the token of an account expires, in seconds since 1970; +Inf if Twitch has named no time',
  );
  const refreshed = meter.createGauge(
    'chatlake_token_refreshed_at_seconds',
    'float',
    'seconds',
    'When the token of an account was last refreshed or found to be valid, in seconds since 1970',
  );
  const usable = meter.createGauge(
    'chatlake_token_usable',
    'int',
    'tokens',
    '1 if the token of an account can be used; 0 if there is none, Twitch refuses it, or it has lost a scope',
  );
  for (const account of accounts) refreshed.set(0, { account });
  return {
    onRefreshed(account, expiresAt) {
      expiry.set(expiresAt === null ? Infinity : Date.parse(expiresAt) / 1000, { account });
      refreshed.set(Date.now() / 1000, { account });
    },
    onUsable: (account, isUsable) => usable.set(isUsable ? 1 : 0, { account }),
  };
}
