import { DATA_CHARTS } from '../charts/data/index.ts';
import type { DaySummary } from '../day-summary.ts';
import type { RowsOf } from '../parts.ts';
import { DATA_TABLES } from '../tables/data/index.ts';
import { chartGrid } from './chart-grid.ts';
import type { Edition } from './edition.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { linksFrom } from './links.ts';
import { panel } from './panel.ts';
import { pageFrom } from './place.ts';
import type { Place } from './place.ts';
import { scrolling, table } from './table.ts';
import type { Column } from './table.ts';
import { verdict } from './verdict.ts';

/** The parts of the page on data quality that have a query. */
export const DATA_PARTS = { ...DATA_CHARTS, ...DATA_TABLES };

/** What an hour of yellow was made from, as its manifest says. */
export interface MadeHour {
  /** Its beginning, ISO 8601 in UTC. */
  at: string;
  isComplete: boolean;
  files: number;
  messages: number;
  /** Offsets that were missing. */
  missing: number;
  refinedAt: string;
}

/** What the page on data quality shows. Days and hours are newest first. */
export interface QualityData {
  days: DaySummary[];
  hours: MadeHour[];
  rows: RowsOf<typeof DATA_PARTS>;
}

/** Whether the data is whole, how new it is, and what it was made from. */
export function dataPage({ days, hours, rows }: QualityData, edition: Edition): string {
  const { locale } = edition;
  const { text } = locale;
  const place = { language: locale.language, path: 'data/' };
  const links = linksFrom(place.path, edition);
  const { grid, figures } = chartGrid(DATA_CHARTS, rows, edition, place);
  const { freshness, gaps, unreadLines } = DATA_TABLES;
  const body = html`
    <h1>${text('quality.title')}</h1>
    ${conclusion(days, edition)} ${grid} ${panel(text('data.days'), daysTable(days, edition, place))}
    ${panel(text(freshness.title), freshness.draw(rows.freshness, locale, links))}
    ${panel(text(gaps.title), gaps.draw(rows.gaps, locale, links))}
    ${panel(text('data.hours'), hoursTable(hours, edition))}
    ${panel(text(unreadLines.title), unreadLines.draw(rows.unreadLines, locale, links))}
  `;
  return layout(edition, { title: `${text('quality.title')} · ${text('site.name')}`, path: place.path, figures, body });
}

/** How many days are whole, and what is wrong with the others. */
function conclusion(days: DaySummary[], { locale }: Edition): Html {
  const { say, text } = locale;
  if (days.length === 0) return html`<p class="verdict wait">${text('index.empty')}</p>`;
  const states = days.map((day) => verdict(day, locale).state);
  const worst = (['bad', 'wait'] as const).find((state) => states.includes(state)) ?? 'good';
  const whole = states.filter((state) => state === 'good').length;
  return html`<p class="verdict ${worst}">
    ${worst === 'good' ? say('data.allWhole', { count: days.length }) : say('data.whole', { whole, count: days.length })}
  </p>`;
}

function daysTable(days: DaySummary[], { locale }: Edition, place: Place): Html {
  const { text, count, day: format } = locale;
  const columns: Column[] = [
    { name: text('index.day') },
    { name: text('index.sums') },
    ...(
      [
        'column.received',
        'column.acknowledged',
        'column.stored',
        'column.copies',
        'column.erased',
        'column.distinct',
        'unread.lines',
        'column.losses',
      ] as const
    ).map((key) => ({ name: text(key), kind: 'number' as const })),
  ];
  const cells = days.map((it) => {
    const { state, badge } = verdict(it, locale);
    const { received, acknowledged, red, duplicates, erased, yellow, losses } = it.sums;
    return [
      html`<a href="${pageFrom(place, { ...place, path: `${it.day}/` })}">${format(it.day)}</a>`,
      html`<span class="badge ${state}">${badge}</span>`,
      ...[received, acknowledged, red, duplicates, erased, yellow, it.quarantined, losses].map(count),
    ];
  });
  return html`<p class="note">${text('data.daysAbout')}</p>
    ${scrolling(text('data.days'), table(columns, cells, text('index.empty')), 'tall')}`;
}

function hoursTable(hours: MadeHour[], { locale }: Edition): Html {
  const { text, say, count, time, zoneName } = locale;
  const columns: Column[] = [
    { name: say('data.hour', { zone: zoneName() }), kind: 'time' },
    { name: text('data.state') },
    { name: text('data.files'), kind: 'number' },
    { name: text('column.messages'), kind: 'number' },
    { name: text('data.missing'), kind: 'number' },
    { name: say('data.made', { zone: zoneName() }), kind: 'time' },
  ];
  const cells = hours.map((it) => [
    time(it.at),
    it.isComplete
      ? html`<span class="badge good">${text('data.complete')}</span>`
      : html`<span class="badge wait">${text('data.open')}</span>`,
    ...[it.files, it.messages, it.missing].map(count),
    time(it.refinedAt),
  ]);
  return html`<p class="note">${text('data.hoursAbout')}</p>
    ${scrolling(text('data.hours'), table(columns, cells, text('chart.noRows')), 'tall')}`;
}
