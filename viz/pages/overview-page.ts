import { OVERVIEW_CHARTS } from '../charts/overview/index.ts';
import type { DaySummary } from '../day-summary.ts';
import type { Locale } from '../locale.ts';
import type { NotebookEntry } from '../notebooks/notebook-page.ts';
import type { RowsOf } from '../parts.ts';
import { OVERVIEW_TABLES } from '../tables/overview/index.ts';
import type { Language } from '../words.ts';
import { chartGrid } from './chart-grid.ts';
import type { Edition } from './edition.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { fact } from './fact.ts';
import { layout } from './layout.ts';
import { linksFrom } from './links.ts';
import { notebookList } from './notebook-page.ts';
import { panel } from './panel.ts';
import { pageFrom } from './place.ts';
import { scrolling, table } from './table.ts';
import type { Column } from './table.ts';
import { verdict } from './verdict.ts';

/** The parts of the front page that have a query. */
export const OVERVIEW_PARTS = { ...OVERVIEW_CHARTS, ...OVERVIEW_TABLES };

const columnsIn = ({ text, say, zoneName }: Locale): Column[] => [
  { name: text('index.day') },
  { name: text('day.messages'), kind: 'number' },
  { name: text('day.channels'), kind: 'number' },
  { name: text('index.sums') },
  { name: say('index.published', { zone: zoneName() }), kind: 'time' },
];

/** A row of the index. `summary` is undefined if the report of the day cannot be read. */
export interface IndexedDay {
  day: string;
  /** The languages of its pages. Releases before 0.2.0 wrote English only. */
  languages: readonly Language[];
  summary: DaySummary | undefined;
}

/** What the front page shows. Days are newest first. */
export interface OverviewData {
  days: IndexedDay[];
  notebooks: NotebookEntry[];
  rows: RowsOf<typeof OVERVIEW_PARTS>;
  newestMessageAt: string | null;
}

/** The front page: what is new, all channels, and where to go. */
export function overviewPage({ days, notebooks, rows, newestMessageAt }: OverviewData, edition: Edition): string {
  const { locale } = edition;
  const { text, count, time } = locale;
  const dayRows = days.map((it) => {
    const { summary } = it;
    const link = dayLink(it, locale);
    if (summary === undefined)
      return [link, '–', '–', html`<span class="badge wait">${text('index.publishAgain')}</span>`, '–'];
    const { state, badge } = verdict(summary, locale);
    return [
      link,
      count(summary.sums.yellow),
      count(summary.channels),
      html`<span class="badge ${state}">${badge}</span>
        ${summary.removed === undefined ? '' : html`<span class="badge wait">${text('index.chatRemoved')}</span>`}`,
      time(summary.publishedAt, 'year'),
    ];
  });
  const place = { language: locale.language, path: '' };
  const links = linksFrom(place.path, edition);
  const { grid, figures } = chartGrid(OVERVIEW_CHARTS, rows, edition, place);
  const newest = days[0]?.summary === undefined ? undefined : verdict(days[0].summary, locale);
  const { liveNow, channels, categories, languages } = OVERVIEW_TABLES;
  const messages = rows.messagesOverTime.reduce((sum, row) => sum + row.messages, 0);
  const body = html`
    <h1>${text('index.title')}</h1>
    ${newest === undefined ? html`` : html`<p class="verdict ${newest.state}">${newest.sentence}</p>`}
    <dl class="figures">
      ${fact(text('overview.messages'), count(messages))}
      ${fact(text('overview.channelsCount'), count(rows.channels[0]?.total ?? 0))}
      ${fact(text('liveNow.title'), count(rows.liveNow[0]?.total ?? 0))}
      ${fact(text('day.newest'), time(newestMessageAt, 'zone'))}
    </dl>
    ${panel(text(liveNow.title), liveNow.draw(rows.liveNow, locale, links))} ${grid}
    ${panel(text(channels.title), channels.draw(rows.channels, locale, links))}
    <div class="charts">
      ${panel(text(categories.title), categories.draw(rows.categories, locale, links))}
      ${panel(text(languages.title), languages.draw(rows.languages, locale, links))}
    </div>
    ${panel(text('index.days'), scrolling(text('index.days'), table(columnsIn(locale), dayRows, text('index.empty')), 'tall'))}
    ${
      notebooks.length === 0
        ? html``
        : html`<h2>${text('notebooks.title')}</h2>
            ${notebookList(notebooks, locale, '')}`
    }
  `;
  return layout(edition, { title: text('site.name'), path: '', figures, isSearched: true, body });
}

/** Leads to the page in the other language if there is none in this one. */
function dayLink({ day, languages }: IndexedDay, { language, text, day: format }: Locale): Html {
  const other = languages.includes(language) ? undefined : languages[0];
  const href = pageFrom({ language, path: '' }, { language: other ?? language, path: `${day}/` });
  return other === undefined
    ? html`<a href="${href}">${format(day)}</a>`
    : html`<a href="${href}" hreflang="${other}">${format(day)}</a>
        <span class="badge wait">${text('index.otherLanguage')}</span>`;
}
