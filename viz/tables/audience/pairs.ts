import { z } from 'zod';
import { scrolling, table } from '../../pages/table.ts';
import { pageTable } from '../table.ts';

/** The twenty pairs of channels whose chatters are most alike. */
export const pairs = pageTable({
  title: 'pairs.title',
  sql: `
    SELECT
      here.channel, here.name, there.channel AS "otherChannel", there.name AS other, shared,
      round(100 * shared / here.chatters, 1) AS share, round(100 * shared / there.chatters, 1) AS "otherShare"
    FROM shared_chatters JOIN crowds AS here ON here.place = shared_chatters.place JOIN crowds AS there ON there.place = other_place
    WHERE shared_chatters.place < other_place
    ORDER BY shared / sqrt(here.chatters * there.chatters) DESC, shared DESC, here.place, there.place LIMIT 20`,
  shape: z.object({
    channel: z.string(),
    name: z.string(),
    otherChannel: z.string(),
    other: z.string(),
    shared: z.number(),
    share: z.number(),
    otherShare: z.number(),
  }),
  draw(rows, { text, count }, links) {
    const cells = rows.map((it) => [
      links.channel(it),
      links.channel({ channel: it.otherChannel, name: it.other }),
      count(it.shared),
      text('share.percent', { percent: it.share }),
      text('share.percent', { percent: it.otherShare }),
    ]);
    const columns = [
      { name: text('column.channel') },
      { name: text('column.otherChannel') },
      ...(['column.shared', 'pairs.share', 'pairs.otherShare'] as const).map((key) => ({
        name: text(key),
        kind: 'number' as const,
      })),
    ];
    return scrolling(text('pairs.title'), table(columns, cells, text('pairs.empty')));
  },
});
