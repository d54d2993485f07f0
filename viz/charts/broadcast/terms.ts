import { z } from 'zod';
import type { WordKey } from '../../words.ts';
import { bars } from '../bars.ts';
import { chart } from '../chart.ts';
import type { Chart } from '../chart.ts';

const row = z.object({ term: z.string(), messages: z.number(), share: z.number() });

/** A chart of what is in the most messages, with its share of those of which words may be shown. */
function terms(
  { title, about, name }: { title: WordKey; about: WordKey; name: WordKey },
  table: string,
  column: string,
): Chart<typeof row> {
  return chart({
    title,
    width: 'half',
    sql: `
      WITH heard AS (SELECT stream_id, sum(messages) AS total FROM scripts JOIN chosen_hours USING (channel, hour) GROUP BY stream_id)
      SELECT
        stream_id AS "streamId", ${column} AS term, sum(messages)::DOUBLE AS messages, round(100 * sum(messages) / any_value(total), 1)::DOUBLE AS share
      FROM ${table} JOIN chosen_hours USING (channel, hour) LEFT JOIN heard USING (stream_id)
      GROUP BY stream_id, ${column}
      QUALIFY row_number() OVER (PARTITION BY stream_id ORDER BY sum(messages) DESC, ${column}) <= 15
      ORDER BY stream_id, sum(messages) DESC, term`,
    shape: row,
    columns: [
      { field: 'term', name, kind: 'text' },
      { field: 'messages', name: 'column.messages', kind: 'number' },
      { field: 'share', name: 'column.share', kind: 'number' },
    ],
    tell([first], { say }) {
      return say(about, { term: first?.term ?? '', messages: first?.messages ?? 0, share: first?.share ?? 0 });
    },
    draw: (rows, { text }) =>
      bars(
        rows.map(({ term, messages }) => ({ label: term, value: messages })),
        text('unit.messages'),
      ),
  });
}

/** The words of the hours of the broadcast that are in the most messages. */
export const broadcastWords = terms(
  { title: 'words.title', about: 'words.about', name: 'words.word' },
  'words',
  'word',
);

/** The emotes of the hours of the broadcast that are in the most messages. */
export const broadcastEmotes = terms(
  { title: 'emotes.title', about: 'emotes.about', name: 'emotes.emote' },
  'emotes',
  'emote',
);
