import type { MetricMeter } from '@temporalio/common';
import { addHours, hourOf, hourStartMs } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** A refinement that succeeded. */
export interface Refined {
  hour: Hour;
  /** Before red was listed: all that red had then is in yellow. */
  startedAtMs: number;
  isComplete: boolean;
}

/** Creates the gauges of yellow. Both start at 0, and old hours that are refined again do not set them back. @returns a function that updates them */
export function createYellowGauges(meter: MetricMeter): (refined: Refined) => void {
  const openHour = meter.createGauge(
    'chatlake_yellow_refined_at_seconds',
    'int',
    'seconds',
    'When the newest refinement of the open hour started that succeeded, in seconds since 1970',
  );
  const complete = meter.createGauge(
    'chatlake_yellow_complete_until_seconds',
    'int',
    'seconds',
    'The end of the newest complete hour that was refined since the start of this process, in seconds since 1970',
  );
  let completeUntilMs = 0;
  openHour.set(0);
  complete.set(0);
  return ({ hour, startedAtMs, isComplete }) => {
    if (hour === hourOf(startedAtMs)) openHour.set(Math.floor(startedAtMs / 1000));
    if (!isComplete) return;
    completeUntilMs = Math.max(completeUntilMs, hourStartMs(addHours(hour, 1)));
    complete.set(completeUntilMs / 1000);
  };
}
