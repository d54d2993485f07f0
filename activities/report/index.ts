import type { Day } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { publish } from './publish.ts';
import type { PublishDeps } from './publish.ts';

export interface ReportPublished {
  /** Path on the site. */
  page: string;
  messages: number;
  channels: number;
}

export interface ReportActivities {
  /**
   * Writes the page of the day, the files of its charts and its `report.json`, then the other pages of the site that have changed, and the front
   * page last, in each language. A repeat changes only dates.
   */
  publishDay(input: { day: Day }): Promise<ReportPublished>;
}

type ReportActivityDeps = PublishDeps & {
  /** Called after each day that was published. */
  onPublished?: (day: Day, publishedAtMs: number) => void;
};

export function createReportActivities(deps: ReportActivityDeps): ReportActivities {
  const { onPublished, now, log } = deps;
  return {
    publishDay: ({ day }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const { sums, channels } = await publish(deps, day, signal);
          onPublished?.(day, now());
          log.info('report published', { day, messages: sums.yellow });
          return { page: `/${day}/`, messages: sums.yellow, channels };
        }),
      ),
  };
}
