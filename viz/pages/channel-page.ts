import type { ChannelData } from '../channel/channel-data.ts';
import type { ChannelFigures } from '../channel/channel-figures.ts';
import { CHANNEL_CHARTS } from '../charts/channel/index.ts';
import { CHANNEL_TABLES, NAMING_TABLES } from '../tables/channel/index.ts';
import { chartGrid } from './chart-grid.ts';
import type { Edition } from './edition.ts';
import { fact } from './fact.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { channelPath, linksFrom } from './links.ts';
import type { Links } from './links.ts';
import { panel } from './panel.ts';
import { trend } from './trend.ts';

/** The page of one channel in the last thirty days: key figures, its chat and viewers, who writes, what is said, and when nobody listened. */
export function channelPage(data: ChannelData, edition: Edition): string {
  const { rows, naming } = data;
  const { locale } = edition;
  const { text } = locale;
  const place = { language: locale.language, path: channelPath(data.channelId) };
  const links = linksFrom(place.path, edition);
  const tableOf = <Name extends keyof typeof CHANNEL_TABLES>(name: Name): Html => {
    const { title, draw } = CHANNEL_TABLES[name] as {
      title: (typeof CHANNEL_TABLES)[Name]['title'];
      draw: (ofTable: unknown, in_: typeof locale, to: Links) => Html;
    };
    return panel(text(title), draw(rows[name], locale, links));
  };
  const { heard, ...charts } = CHANNEL_CHARTS;
  const { grid, figures } = chartGrid(charts, rows, edition, place);
  const strip = chartGrid({ heard }, rows, edition, place);
  const { topChatters } = NAMING_TABLES;
  const name = nameOf(data);
  const body = html`
    ${head(data, edition)} ${grid}
    ${naming === undefined ? '' : panel(text(topChatters.title), topChatters.draw(naming.topChatters, locale, links))}
    <div class="charts">${tableOf('channelWords')} ${tableOf('channelEmotes')}</div>
    <p class="note">${text('channel.terms')} ${bots(data, edition)}</p>
    ${tableOf('channelBroadcasts')} ${tableOf('channelCategories')} ${tableOf('happenings')} ${strip.grid}
    ${tableOf('channelGaps')}
  `;
  return layout(edition, {
    title: `${name} · ${text('site.name')}`,
    path: place.path,
    figures: { ...figures, ...strip.figures },
    body,
  });
}

const periodOf = ({ figures }: ChannelData, wanted: ChannelFigures['period']): ChannelFigures | undefined =>
  figures.find(({ period }) => period === wanted);

const nameOf = (data: ChannelData): string => periodOf(data, 'all')?.name ?? data.channelId;

function head(data: ChannelData, { locale }: Edition): Html {
  const { text, count, time } = locale;
  const [all, now, before] = (['all', 'this', 'last'] as const).map((period) => periodOf(data, period));
  const known = (number: number | null | undefined): string =>
    number === null || number === undefined ? '–' : count(number);
  const changing = (name: string, field: ChangingFigure): Html => {
    const last = all?.hasLast === true ? (before?.[field] ?? 0) : null;
    const change = trend(now?.[field] ?? 0, last, locale);
    return fact(name, html`${known(all?.[field])} <small>${change}</small>`);
  };
  return html`<h1>
      ${nameOf(data)}${all?.isLive === true ? html` <span class="badge good">${text('broadcasts.live')}</span>` : ''}
    </h1>
    ${all?.title === null || all?.title === undefined ? '' : html`<p class="lead">${all.title}</p>`}
    <p class="note">${text('channel.period')}</p>
    <dl class="figures changing">
      ${changing(text('day.messages'), 'messages')} ${changing(text('column.chatters'), 'chatters')}
      ${changing(text('column.peakViewers'), 'peakViewers')}
      ${changing(text('broadcast.averageViewers'), 'averageViewers')}
      ${changing(text('channel.hoursLive'), 'hoursLive')}
      ${fact(text('day.newest'), time(all?.newestMessageAt ?? null, 'zone'))}
    </dl>`;
}

type ChangingFigure = 'messages' | 'chatters' | 'peakViewers' | 'averageViewers' | 'hoursLive';

function bots(data: ChannelData, { locale: { text } }: Edition): string {
  const { messages = 0, botMessages = 0 } = periodOf(data, 'all') ?? {};
  if (botMessages === 0) return text('channel.noBots');
  const share = Math.round((1000 * botMessages) / messages) / 10;
  return text('channel.bots', { count: botMessages, share });
}
