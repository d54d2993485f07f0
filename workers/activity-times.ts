import type { MetricMeter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/**
 * An interceptor that sets a gauge when an activity has succeeded, so that the age of anything that an activity does is one query. Each type
 * starts at 0: a series that does not exist before the first success could not be asked for its age.
 * @param types the names of all activities of this process
 */
export function createActivityTimes(meter: MetricMeter, types: Iterable<string>): ActivityInterceptorsFactory {
  const gauge = meter.createGauge(
    'chatlake_activity_succeeded_at_seconds',
    'int',
    'seconds',
    'When an activity of this process last succeeded, in seconds since 1970; 0 if none has yet',
  );
  for (const type of types) gauge.set(0, { activity_type: type });
  return ({ info: { activityType } }) => ({
    inbound: {
      async execute(input, next) {
        const result = await next(input);
        gauge.set(Math.floor(Date.now() / 1000), { activity_type: activityType });
        return result;
      },
    },
  });
}
