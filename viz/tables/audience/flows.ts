import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import { pageTable } from '../table.ts';

/** Where people write next: in one channel in an hour, and in another in the hour after it. A person counts once for two channels. */
export const flows = pageTable({
  title: 'flows.title',
  sql: `
    WITH steps AS (
      SELECT place::INTEGER AS place, person, (epoch(strptime(hour, '%Y-%m-%dT%H')) / 3600)::INTEGER AS hour
      FROM chatters JOIN crowds USING (channel) SEMI JOIN visitors USING (person)
    ),
    moves AS (
      SELECT here.place, there.place AS other_place, count(DISTINCT here.person)::DOUBLE AS people
      FROM steps AS here JOIN steps AS there ON here.person = there.person AND there.hour = here.hour + 1 AND here.place <> there.place
      GROUP BY ALL HAVING people >= 5
    )
    SELECT
      here.channel, here.name, there.channel AS "otherChannel", there.name AS other, people,
      round(100 * people / here.chatters, 1) AS share
    FROM moves JOIN crowds AS here ON here.place = moves.place JOIN crowds AS there ON there.place = other_place
    ORDER BY people DESC, here.place, there.place LIMIT 20`,
  shape: z.object({
    channel: z.string(),
    name: z.string(),
    otherChannel: z.string(),
    other: z.string(),
    people: z.number(),
    share: z.number(),
  }),
  draw(rows, { text, count, say }, links) {
    const cells = rows.map((it) => [
      links.channel(it),
      links.channel({ channel: it.otherChannel, name: it.other }),
      count(it.people),
      text('share.percent', { percent: it.share }),
    ]);
    const columns = [
      { name: text('flows.from') },
      { name: text('flows.to') },
      ...(['flows.people', 'flows.share'] as const).map((key) => ({ name: text(key), kind: 'number' as const })),
    ];
    const [most] = rows;
    const note =
      most === undefined
        ? html``
        : html`<p class="note">
            ${say('flows.about', { channel: most.name, other: most.other, people: most.people })}
          </p>`;
    return html`${note} ${scrolling(text('flows.title'), table(columns, cells, text('flows.empty')))}`;
  },
});
