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
      SELECT
        ${column} AS term, sum(messages)::DOUBLE AS messages,
        round(100 * sum(messages) / (SELECT sum(messages) FROM scripts), 1)::DOUBLE AS share
      FROM ${table} WHERE regexp_matches(${column}, '[^\\s\\p{Z}\\p{C}]') GROUP BY ${column} ORDER BY messages DESC, term LIMIT 15`,
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
