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
        stream_id, polled_at, last_value(category IGNORE NULLS) OVER until_now AS category, last_value(title IGNORE NULLS) OVER until_now AS title
      FROM chosen_polls WINDOW until_now AS (PARTITION BY stream_id ORDER BY polled_at)
    ),
    changes AS (
      FROM known_shows
      WINDOW of_stream AS (PARTITION BY stream_id ORDER BY polled_at)
      QUALIFY row_number() OVER of_stream = 1
        OR category IS DISTINCT FROM lag(category) OVER of_stream OR title IS DISTINCT FROM lag(title) OVER of_stream
    )
    SELECT stream_id AS "streamId", strftime(polled_at, '%Y-%m-%dT%H:%M:%SZ') AS at, known(category) AS category, known(title) AS title
    FROM changes QUALIFY row_number() OVER (PARTITION BY stream_id ORDER BY polled_at) <= 200
    ORDER BY stream_id, polled_at`,
  shape: z.object({ at: z.string(), category: z.string(), title: z.string() }),
  draw(rows, locale) {
    const { text, time } = locale;
    const cells = rows.map(({ at, category, title }) => [time(at), category, title]);
    return scrolling(text('shows.title'), table(columnsIn(locale), cells, text('shows.none')), 'tall');
  },
});
