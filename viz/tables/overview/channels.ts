import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import { trend } from '../../pages/trend.ts';
import { pageTable } from '../table.ts';
import { WEEKS } from './weeks.ts';

/** All rooms with messages in the last seven days, busiest first, and how that has changed. The page's script searches them. */
export const channels = pageTable({
  title: 'overview.channels',
  sql: `
    WITH ${WEEKS},
    talk AS (
      SELECT
        channel, coalesce(sum(messages) FILTER (hour > this), 0) AS messages,
        CASE WHEN any_value("hasLast") THEN coalesce(sum(messages) FILTER (hour <= this AND hour > last), 0) END AS before
      FROM channel_hours, weeks GROUP BY channel
    ),
    people AS (SELECT channel, count(DISTINCT person) AS chatters FROM chatters, weeks WHERE hour > this GROUP BY channel),
    shown AS (SELECT channel, max(viewers) AS viewers FROM polls, weeks WHERE hour > this GROUP BY channel)
    SELECT
      channel, name, messages::DOUBLE AS messages, before::DOUBLE AS before, coalesce(chatters, 0)::DOUBLE AS chatters,
      coalesce(viewers, 0)::DOUBLE AS viewers, (count(*) OVER ())::DOUBLE AS total
    FROM talk JOIN channel_names USING (channel) LEFT JOIN people USING (channel) LEFT JOIN shown USING (channel)
    ORDER BY messages DESC, place LIMIT 500`,
  shape: z.object({
    channel: z.string(),
    name: z.string(),
    messages: z.number(),
    before: z.number().nullable(),
    chatters: z.number(),
    viewers: z.number(),
    /** The number of channels without the limit. */
    total: z.number(),
  }),
  draw(rows, locale, links) {
    const { text, count } = locale;
    const cells = rows.map((it) => [
      links.channel(it),
      count(it.messages),
      trend(it.messages, it.before, locale),
      count(it.chatters),
      count(it.viewers),
    ]);
    const columns = [
      { name: text('column.channel') },
      ...(['column.messages', 'column.trend', 'column.chatters', 'column.peakViewers'] as const).map((key) => ({
        name: text(key),
        kind: 'number' as const,
      })),
    ];
    const total = rows[0]?.total ?? 0;
    const part = total > rows.length ? html` ${text('overview.channelsPart', { shown: rows.length, total })}` : html``;
    return html`<p class="note">${text('overview.lastDays')}${part}</p>
      <label class="search" for="search"
        >${text('overview.search')} <input id="search" type="search" autocomplete="off" data-search="channels"
      /></label>
      <p class="empty" id="search-empty" hidden>${text('overview.searchEmpty')}</p>
      <div id="channels">
        ${scrolling(text('overview.channels'), table(columns, cells, text('overview.noChannels')), 'tall')}
      </div>`;
  },
});
