import { z } from 'zod';
import { scrolling, table } from '../../pages/table.ts';
import { pageTable } from '../table.ts';

/** The categories of the channel, with their share of its polls, their viewers, and what was said meanwhile. */
export const channelCategories = pageTable({
  title: 'channelCategories.title',
  sql: `
    WITH shown AS (SELECT category, count(*) AS polls, max(viewers) AS peak, round(avg(viewers)) AS average FROM polls GROUP BY category),
    said AS (SELECT category, sum(messages) AS messages FROM category_messages GROUP BY category)
    SELECT
      shown.category, round(100 * polls / sum(polls) OVER (), 1)::DOUBLE AS share, peak::DOUBLE AS peak, average::DOUBLE AS average,
      coalesce(messages, 0)::DOUBLE AS messages
    FROM shown LEFT JOIN said ON shown.category IS NOT DISTINCT FROM said.category ORDER BY polls DESC, shown.category NULLS LAST LIMIT 50`,
  shape: z.object({
    category: z.string().nullable(),
    share: z.number(),
    peak: z.number().nullable(),
    average: z.number().nullable(),
    messages: z.number(),
  }),
  draw(rows, { text, count }) {
    const known = (number: number | null): string => (number === null ? '–' : count(number));
    const cells = rows.map(({ category, share, peak, average, messages }) => [
      category ?? text('topCategories.none'),
      count(share),
      known(average),
      known(peak),
      count(messages),
    ]);
    const columns = [
      { name: text('column.category') },
      ...(
        ['channelCategories.share', 'broadcast.averageViewers', 'column.peakViewers', 'column.messages'] as const
      ).map((key) => ({ name: text(key), kind: 'number' as const })),
    ];
    return scrolling(text('channelCategories.title'), table(columns, cells, text('shows.noneOfChannel')), 'tall');
  },
});
