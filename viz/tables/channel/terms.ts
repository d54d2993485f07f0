import { z } from 'zod';
import { scrolling, table } from '../../pages/table.ts';
import { trend } from '../../pages/trend.ts';
import type { WordKey } from '../../words.ts';
import { WEEKS } from '../overview/weeks.ts';
import { pageTable } from '../table.ts';
import type { PageTable } from '../table.ts';

const shape = z.object({
  term: z.string(),
  messages: z.number(),
  /** Of the messages of which words may be shown; in percent. */
  share: z.number(),
  /** In the last seven days. */
  now: z.number(),
  before: z.number().nullable(),
});

/** What is in the most messages of the channel, and how that has changed in the last seven days. */
const terms = (title: WordKey, name: WordKey, rollup: string, column: string): PageTable<typeof shape> =>
  pageTable({
    title,
    sql: `
    WITH ${WEEKS},
    said AS (
      SELECT
        ${column} AS term, sum(messages) AS messages, coalesce(sum(messages) FILTER (hour > this), 0) AS now,
        CASE WHEN any_value("hasLast") THEN coalesce(sum(messages) FILTER (hour <= this AND hour > last), 0) END AS before
      FROM ${rollup}, weeks GROUP BY ${column}
    )
    SELECT
      term, messages::DOUBLE AS messages, round(100 * messages / (SELECT sum(messages) FROM scripts), 1)::DOUBLE AS share, now::DOUBLE AS now,
      before::DOUBLE AS before
    FROM said ORDER BY messages DESC, term LIMIT 20`,
    shape,
    draw(rows, locale) {
      const { text, count } = locale;
      const cells = rows.map(({ term, messages, share, now, before }) => [
        term,
        count(messages),
        count(share),
        trend(now, before, locale),
      ]);
      const columns = [
        { name: text(name) },
        ...(['column.messages', 'column.share', 'column.trend'] as const).map((key) => ({
          name: text(key),
          kind: 'number' as const,
        })),
      ];
      return scrolling(text(title), table(columns, cells, text('chart.empty')), 'tall');
    },
  });

export const channelWords = terms('words.title', 'words.word', 'words', 'word');
export const channelEmotes = terms('emotes.title', 'emotes.emote', 'emotes', 'emote');
