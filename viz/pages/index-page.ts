import type { DaySummary } from '../day-summary.ts';
import type { Locale } from '../locale.ts';
import type { NotebookEntry } from '../notebooks/notebook-page.ts';
import type { Language } from '../words.ts';
import type { Edition } from './edition.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { notebookList } from './notebook-page.ts';
import { pageFrom } from './place.ts';
import { scrolling, table } from './table.ts';
import type { Column } from './table.ts';
import { verdict } from './verdict.ts';

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

/** The list of days, newest first, and of the pages that notebooks have made. */
export function indexPage(days: IndexedDay[], notebooks: NotebookEntry[], edition: Edition): string {
  const { locale } = edition;
  const { text, count, time } = locale;
  const rows = days.map((it) => {
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
  const body = html`
    <h1>${text('index.title')}</h1>
    <section class="panel">
      ${scrolling(text('index.title'), table(columnsIn(locale), rows, text('index.empty')))}
    </section>
    ${
      notebooks.length === 0
        ? html``
        : html`<h2>${text('notebooks.title')}</h2>
            ${notebookList(notebooks, locale, '')}`
    }
  `;
  return layout(edition, { title: text('site.name'), path: '', body });
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
