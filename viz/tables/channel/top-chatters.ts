import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { scrolling, table } from '../../pages/table.ts';
import { pageTable } from '../table.ts';

/** Who wrote the most messages. It names people, so a page has it only if the operator wants that. Copies by shared chat do not count. */
export const topChatters = pageTable({
  title: 'topChatters.title',
  sql: `
    SELECT
      known(coalesce(arg_max(name, last_at), arg_max(login, last_at))) AS name, known(arg_max(login, last_at)) AS login, bool_or(is_bot) AS "isBot",
      sum(messages)::DOUBLE AS messages, round(100 * sum(messages) / (SELECT sum(messages) FROM chatters), 1)::DOUBLE AS share
    FROM chatters GROUP BY person ORDER BY messages DESC, login, person LIMIT 20`,
  shape: z.object({ name: z.string(), login: z.string(), isBot: z.boolean(), messages: z.number(), share: z.number() }),
  draw(rows, { text, count }) {
    const cells = rows.map(({ name, login, isBot, messages, share }) => [
      html`${name.toLowerCase() === login.toLowerCase() ? name : `${name} (${login})`}${
        isBot ? html` <span class="badge wait">${text('topChatters.bot')}</span>` : ''
      }`,
      count(messages),
      count(share),
    ]);
    const columns = [
      { name: text('topChatters.name') },
      { name: text('column.messages'), kind: 'number' as const },
      { name: text('column.share'), kind: 'number' as const },
    ];
    return scrolling(text('topChatters.title'), table(columns, cells, text('chart.empty')), 'tall');
  },
});
