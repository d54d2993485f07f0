import type { MetricMeter } from '@temporalio/common';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import type { Day } from '../../workflows/hour.ts';

/** Creates the gauge of the report of today. Older days do not count. @returns a function that tells it of a published day */
export function createReportGauge(meter: MetricMeter): (day: Day, publishedAtMs: number) => void {
  const gauge = meter.createGauge(
    'chatlake_report_published_at_seconds',
    'int',
    'seconds',
    'When the report of the current day was last published, in seconds since 1970; 0 if not yet',
  );
  gauge.set(0);
  return (day, publishedAtMs) => {
    if (day === dayOf(hourOf(publishedAtMs))) gauge.set(Math.floor(publishedAtMs / 1000));
  };
}
