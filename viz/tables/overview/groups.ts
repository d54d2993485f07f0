import { z } from 'zod';
import { languageName } from '../../pages/language-name.ts';
import { scrolling, table } from '../../pages/table.ts';
import { trend } from '../../pages/trend.ts';
import type { WordKey } from '../../words.ts';
import { pageTable } from '../table.ts';
import type { PageTable } from '../table.ts';
import { WEEKS } from './weeks.ts';

const shape = z.object({
  name: z.string().nullable(),
  viewers: z.number(),
  before: z.number().nullable(),
  messages: z.number(),
});

/** The categories or languages with the most viewers on average in the last seven days, and how that has changed. */
export function groupTable(
  group: 'category' | 'language',
  words: { title: WordKey; column: WordKey; none: WordKey },
  limit = 10,
): PageTable<typeof shape> {
  return pageTable({
    title: words.title,
    sql: `
    WITH ${WEEKS},
    polled AS (
      SELECT count(*) FILTER (hour > this) AS this_polls, count(*) FILTER (hour <= this AND hour > last) AS last_polls FROM poll_totals, weeks
    ),
    talk AS (SELECT ${group} AS name, sum(messages) AS messages FROM category_messages, weeks WHERE hour > this GROUP BY ALL),
    watched AS (
      SELECT ${group} AS name, sum(viewers) FILTER (hour > this) AS this_viewers, sum(viewers) FILTER (hour <= this AND hour > last) AS last_viewers
      FROM poll_groups, weeks GROUP BY ALL
    )
    SELECT
      watched.name, round(coalesce(this_viewers / this_polls, 0))::DOUBLE AS viewers,
      CASE WHEN "hasLast" THEN round(coalesce(last_viewers / last_polls, 0))::DOUBLE END AS before, coalesce(messages, 0)::DOUBLE AS messages
    FROM watched LEFT JOIN talk ON watched.name IS NOT DISTINCT FROM talk.name, polled, weeks
    ORDER BY viewers DESC, watched.name NULLS LAST LIMIT ${limit}`,
    shape,
    draw(rows, locale) {
      const { text, count } = locale;
      const nameOf = (name: string | null): string => {
        if (name === null) return text(words.none);
        return group === 'language' ? languageName(name, locale) : name;
      };
      const cells = rows.map((it) => [
        nameOf(it.name),
        count(it.viewers),
        trend(it.viewers, it.before, locale),
        count(it.messages),
      ]);
      const columns = [
        { name: text(words.column) },
        ...(['unit.viewersOnAverage', 'column.trend', 'column.messages'] as const).map((key) => ({
          name: text(key),
          kind: 'number' as const,
        })),
      ];
      const shown = table(columns, cells, text('chart.noRows'));
      return limit > 10 ? scrolling(text(words.title), shown, 'tall') : scrolling(text(words.title), shown);
    },
  });
}
