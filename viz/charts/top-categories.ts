import { z } from 'zod';
import { bars } from './bars.ts';
import { chart } from './chart.ts';

/** The ten categories with the most viewers: all viewers of the category, averaged over the day's polls. */
export const topCategories = chart({
  title: 'Top categories',
  width: 'half',
  sql: `
    SELECT
      coalesce(category, 'no category') AS category,
      round(coalesce(sum(viewers), 0) / (SELECT count(DISTINCT polled_at) FROM polls))::DOUBLE AS viewers
    FROM polls GROUP BY ALL ORDER BY viewers DESC, category LIMIT 10`,
  shape: z.object({ category: z.string(), viewers: z.number() }),
  draw(rows) {
    return bars(
      rows.map(({ category, viewers }) => ({ label: category, value: viewers })),
      'viewers on average',
    );
  },
});
