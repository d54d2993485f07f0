import type { BroadcastData } from '../broadcast/broadcast-data.ts';
import { SLOT_SECONDS } from '../broadcast/peaks.ts';
import { lengthOf } from '../broadcast/lengths.ts';
import { BROADCAST_CHARTS } from '../charts/broadcast/index.ts';
import type { Figure } from '../charts/chart.ts';
import { choosing } from '../rollups.ts';
import { BROADCAST_TABLES } from '../tables/broadcast/index.ts';
import { chartFigure } from './chart-figure.ts';
import type { Edition } from './edition.ts';
import { fact } from './fact.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { languageName } from './language-name.ts';
import { layout } from './layout.ts';
import { broadcastPath, linksFrom } from './links.ts';
import type { Links } from './links.ts';
import { panel } from './panel.ts';
import { peaksPanel } from './peaks-panel.ts';

/** The page of one broadcast: key figures, its chat over time with the peaks, what it talked about, and when nobody listened. */
export function broadcastPage(data: BroadcastData, edition: Edition): string {
  const { summary, rows } = data;
  const { locale } = edition;
  const { text } = locale;
  const place = { language: locale.language, path: broadcastPath(summary.streamId) };
  const links = linksFrom(place.path, edition);
  const figures: Record<string, Figure> = {
    timeline: BROADCAST_CHARTS.timeline.draw(rows.timeline, locale),
    words: BROADCAST_CHARTS.words.draw(rows.words, locale),
    emotes: BROADCAST_CHARTS.emotes.draw(rows.emotes, locale),
  };
  // The id has digits only.
  const chosen = choosing(`stream_id = '${summary.streamId}'`);
  const figure = (name: keyof typeof BROADCAST_CHARTS): Html =>
    chartFigure({ name, chart: BROADCAST_CHARTS[name], rows: rows[name], before: chosen }, edition, place);
  const { shows, events, gaps } = BROADCAST_TABLES;
  const body = html`
    ${head(data, edition, links)}
    <div class="charts">${figure('timeline')}</div>
    ${peaksPanel(data, locale)}
    <div class="charts">${figure('words')} ${figure('emotes')}</div>
    <p class="note">${text('broadcast.wholeHours')}</p>
    ${panel(text(shows.title), shows.draw(rows.shows, locale, links))}
    ${panel(text(events.title), events.draw(rows.events, locale, links))}
    ${panel(
      text(gaps.title),
      html`<p class="note">${heardNote(data, edition)}</p>
        ${gaps.draw(rows.gaps, locale, links)}`,
    )}
  `;
  const title = [summary.name, summary.title, text('site.name')].filter((part) => part !== null).join(' · ');
  return layout(edition, { title, path: place.path, figures, body });
}

function head({ summary, rows }: BroadcastData, { locale }: Edition, links: Links): Html {
  const { text, say, count, time } = locale;
  const { name, title, language, beganAt, endedAt, peakViewers, averageViewers, chatters, messages } = summary;
  const channel = links.channel({ channel: summary.channelId, name });
  const known = (viewers: number | null): string => (viewers === null ? '–' : count(viewers));
  const categories = [...new Set(rows.timeline.map(({ category }) => category).filter((it) => it !== null))];
  const about = [...categories, ...(language === null ? [] : [languageName(language, locale)])];
  const span = { from: time(beganAt, 'year', 'zone'), to: time(endedAt, 'zone') };
  return html`<h1>${say('broadcast.title', { channel })}</h1>
    ${title === null ? '' : html`<p class="lead">${title}</p>`}
    <p class="note">${about.map((it, index) => html`${index > 0 ? ' · ' : ''}${it}`)}</p>
    <p>${say(summary.isLive ? 'broadcast.live' : 'broadcast.span', span)}</p>
    <dl class="figures fitting">
      ${fact(text('broadcast.length'), lengthOf(beganAt, endedAt, locale))}
      ${fact(text('column.peakViewers'), known(peakViewers))}
      ${fact(text('broadcast.averageViewers'), known(averageViewers))} ${fact(text('column.chatters'), count(chatters))}
      ${fact(text('day.messages'), count(messages))}
      ${fact(text('broadcast.perMinute'), known(messagesPerMinute(rows)))}
    </dl>`;
}

/** Only of the time in which somebody listened. */
function messagesPerMinute({ timeline }: BroadcastData['rows']): number | null {
  const heard = timeline.flatMap(({ messages }) => messages ?? []);
  const minutes = (heard.length * SLOT_SECONDS) / 60;
  return minutes < 1 ? null : Math.round((10 * heard.reduce((sum, messages) => sum + messages, 0)) / minutes) / 10;
}

function heardNote({ summary, rows }: BroadcastData, { locale }: Edition): Html {
  const { text, say } = locale;
  if (!summary.hasRecords && summary.messages > 0) return html`${text('heard.unknown')}`;
  const missing = rows.gaps.filter(({ isFilled }) => !isFilled);
  if (missing.length === 0) return html`${text(rows.gaps.length === 0 ? 'heard.all' : 'heard.allFilled')}`;
  const ms = missing.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  return say('heard.part', {
    missing: lengthOf(new Date(0).toISOString(), new Date(ms).toISOString(), locale),
    length: lengthOf(summary.beganAt, summary.endedAt, locale),
  });
}
