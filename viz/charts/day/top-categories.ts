import { z } from 'zod';
import { bars } from '../bars.ts';
import { chart } from '../chart.ts';

/** The ten categories with the most viewers: all viewers of the category, averaged over the day's polls. */
export const topCategories = chart({
  title: 'topCategories.title',
  width: 'half',
  sql: `
    SELECT
      category,
      round(coalesce(sum(viewers), 0) / (SELECT count(*) FROM poll_totals))::DOUBLE AS viewers
    FROM poll_groups GROUP BY ALL ORDER BY viewers DESC, category NULLS LAST LIMIT 10`,
  shape: z.object({ category: z.string().nullable(), viewers: z.number() }),
  columns: [
    { field: 'category', name: 'column.category', kind: 'text', ifNull: 'topCategories.none' },
    { field: 'viewers', name: 'unit.viewersOnAverage', kind: 'number' },
  ],
  tell([first], { say, text }) {
    const category = first?.category ?? text('topCategories.none');
    return say('topCategories.about', { category, viewers: first?.viewers ?? 0 });
  },
  draw(rows, { text }) {
    return bars(
      rows.map(({ category, viewers }) => ({ label: category ?? text('topCategories.none'), value: viewers })),
      text('unit.viewersOnAverage'),
    );
  },
});
