import { z } from 'zod';
import { scrolling, table } from '../../pages/table.ts';
import type { WordKey } from '../../words.ts';
import { pageTable } from '../table.ts';

/** The reasons of yellow/quarantine, in words for readers. */
const REASONS = new Map<string, WordKey>([
  ['no line', 'unread.noLine'],
  ['no command', 'unread.noCommand'],
  ['unknown command', 'unread.unknownCommand'],
]);

/** Lines that could not be read. They are stored as they came. */
export const unreadLines = pageTable({
  title: 'unread.title',
  sql: `SELECT reason, sum(lines)::DOUBLE AS lines FROM unread_lines GROUP BY reason ORDER BY lines DESC, reason`,
  shape: z.object({ reason: z.string(), lines: z.number() }),
  draw(rows, { text, count }) {
    const cells = rows.map(({ reason, lines }) => {
      const key = REASONS.get(reason);
      return [key === undefined ? reason : text(key), count(lines)];
    });
    const columns = [{ name: text('column.why') }, { name: text('unread.lines'), kind: 'number' as const }];
    return scrolling(text('unread.title'), table(columns, cells, text('unread.empty')));
  },
});
