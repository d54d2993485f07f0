import { z } from 'zod';
import type { Locale } from '../../locale.ts';
import { scrolling, table } from '../../pages/table.ts';
import type { Column } from '../../pages/table.ts';
import { pageTable } from '../table.ts';

const columnsIn = ({ text, say, zoneName }: Locale): Column[] => [
  { name: say('column.from', { zone: zoneName() }), kind: 'time' },
  { name: text('column.category') },
  { name: text('column.title') },
];

/** Titles and categories, each from the poll at which it was seen first. A value that a poll lacks is unknown, and changes nothing. */
export const shows = pageTable({
  title: 'shows.title',
  sql: `
    WITH known_shows AS (
      SELECT
        polled_at, last_value(category IGNORE NULLS) OVER until_now AS category, last_value(title IGNORE NULLS) OVER until_now AS title
      FROM polls WINDOW until_now AS (ORDER BY polled_at)
    )
    SELECT strftime(polled_at, '%Y-%m-%dT%H:%M:%SZ') AS at, known(category) AS category, known(title) AS title
    FROM known_shows
    QUALIFY row_number() OVER (ORDER BY polled_at) = 1
      OR category IS DISTINCT FROM lag(category) OVER (ORDER BY polled_at) OR title IS DISTINCT FROM lag(title) OVER (ORDER BY polled_at)
    ORDER BY polled_at LIMIT 200`,
  shape: z.object({ at: z.string(), category: z.string(), title: z.string() }),
  draw(rows, locale) {
    const { text, time } = locale;
    const cells = rows.map(({ at, category, title }) => [time(at), category, title]);
    return scrolling(text('shows.title'), table(columnsIn(locale), cells, text('shows.none')), 'tall');
  },
});
