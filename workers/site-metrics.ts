import type { MetricMeter } from '@temporalio/common';

/** Creates the counter of the site. @returns a function that is told the status of each answer */
export function createSiteCounter(meter: MetricMeter): (status: number) => void {
  const answers = meter.createCounter('chatlake_site_requests', 'requests', 'Requests to the site, by status');
  return (status) => answers.add(1, { status: String(status) });
}
