import { z } from 'zod';
import { table } from '../../pages/table.ts';
import { scrolling } from '../../pages/table.ts';
import type { WordKey } from '../../words.ts';
import { pageTable } from '../table.ts';

const STAGES: Readonly<Record<string, WordKey>> = {
  counted: 'freshness.counted',
  stored: 'freshness.stored',
  refined: 'freshness.refined',
  polled: 'freshness.polled',
};

/** How new the newest data of each stage is. The variable `published_at` has the time of the publish. */
export const freshness = pageTable({
  title: 'freshness.title',
  sql: `
    WITH newest AS (
      SELECT 1 AS place, 'counted' AS stage, max(happened_at) + INTERVAL 10 SECOND AS newest_at FROM records WHERE kind = 'tally'
      UNION ALL SELECT 2, 'stored', max(window_start) + INTERVAL 10 SECOND FROM counts WHERE red_messages > 0
      UNION ALL SELECT 3, 'refined', max(newest_at) FROM channel_hours
      UNION ALL SELECT 4, 'polled', max(polled_at) FROM poll_totals
    )
    SELECT
      stage, strftime(newest_at, '%Y-%m-%dT%H:%M:%SZ') AS at,
      CASE WHEN newest_at IS NOT NULL THEN greatest(0, epoch(getvariable('published_at')) - epoch(newest_at)) END::DOUBLE AS seconds
    FROM newest ORDER BY place`,
  shape: z.object({
    stage: z.enum(['counted', 'stored', 'refined', 'polled']),
    at: z.string().nullable(),
    /** Before the publish; null if there is none. */
    seconds: z.number().nullable(),
  }),
  draw(rows, { text, say, time, zoneName, count }) {
    const cells = rows.map(({ stage, at, seconds }) => [
      text(STAGES[stage] ?? 'freshness.stored'),
      time(at),
      seconds === null ? '–' : count(Math.round(seconds)),
    ]);
    const columns = [
      { name: text('freshness.stage') },
      { name: say('column.time', { zone: zoneName() }), kind: 'time' as const },
      { name: text('freshness.age'), kind: 'number' as const },
    ];
    return scrolling(text('freshness.title'), table(columns, cells, text('chart.noRows')));
  },
});
