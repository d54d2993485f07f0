import { z } from 'zod';
import { formatCount } from '../pages/format.ts';
import { html } from '../pages/html.ts';
import { table } from '../pages/table.ts';
import type { Column } from '../pages/table.ts';
import { dayTable } from './table.ts';

const CHANNELS_SHOWN = 50;

const COLUMNS: Column[] = [
  { name: 'Channel' },
  { name: 'Category' },
  { name: 'Title', kind: 'wide' },
  { name: 'Messages', kind: 'number' },
  { name: 'Chatters', kind: 'number' },
  { name: 'Peak viewers', kind: 'number' },
];

/** The channels of the day with messages, chatters and peak viewers. */
export const channels = dayTable({
  title: 'Channels',
  sql: `
    WITH talk AS (
      SELECT channel, arg_max(login, received_at) AS login, count(*) AS messages, count(DISTINCT user_id) AS chatters
      FROM messages GROUP BY channel
    ),
    shown AS (
      SELECT channel, arg_max(login, polled_at) AS login, arg_max(name, polled_at) AS name,
        arg_max(category, polled_at) AS category, arg_max(title, polled_at) AS title, max(viewers) AS viewers
      FROM polls GROUP BY channel
    )
    SELECT
      coalesce(shown.login, talk.login, channel) AS login, coalesce(name, shown.login, talk.login, channel) AS name,
      known(category) AS category, known(title) AS title,
      coalesce(messages, 0)::DOUBLE AS messages, coalesce(chatters, 0)::DOUBLE AS chatters, coalesce(viewers, 0)::DOUBLE AS viewers
    FROM talk FULL JOIN shown USING (channel)
    ORDER BY messages DESC, viewers DESC, login`,
  shape: z.object({
    login: z.string(),
    name: z.string(),
    category: z.string(),
    title: z.string(),
    messages: z.number(),
    chatters: z.number(),
    viewers: z.number(),
  }),
  draw(rows) {
    const cells = rows
      .slice(0, CHANNELS_SHOWN)
      .map((it) => [it.name, it.category, it.title, ...[it.messages, it.chatters, it.viewers].map(formatCount)]);
    return html`<div class="scroll">${table(COLUMNS, cells, 'No channel was live or had messages.')}</div>`;
  },
});
