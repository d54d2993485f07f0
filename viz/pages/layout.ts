import { needsAllOfPlotly } from '../charts/bundle.ts';
import type { Figure } from '../charts/chart.ts';
import { LANGUAGES } from '../words.ts';
import type { Language } from '../words.ts';
import type { Locale } from '../locale.ts';
import type { Edition } from './edition.ts';
import { html, jsonBlock } from './html.ts';
import type { Html } from './html.ts';
import { fileFrom, pageFrom, twinOf } from './place.ts';
import type { Place } from './place.ts';

/** The names of the languages, each in itself. */
const NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

/** The pages that tell of all channels, by their paths. Each page leads to them. */
const SECTIONS = [
  ['audience/', 'audience.title'],
  ['categories/', 'categories.title'],
  ['data/', 'quality.title'],
] as const;

interface Content {
  title: string;
  /** Below the front page of the language. */
  path: string;
  /** The charts of the page by name, if it has any. Each has a place in the body. */
  figures?: Readonly<Record<string, Figure>>;
  /** Whether a table of the page can be searched. */
  isSearched?: boolean;
  body: Html;
}

/** A whole page: head, header with links to the front page and to the other language, main, footer. */
export function layout(
  { locale, assets }: Edition,
  { title, path, figures, isSearched = false, body }: Content,
): string {
  const { language, say, text, zone, zoneName } = locale;
  const place = { language, path };
  const twin = twinOf(place);
  const script = (file: string): Html => html`<script defer src="${fileFrom(place, file)}"></script>`;
  const plotly = needsAllOfPlotly(figures) ? assets.plotly : assets.cartesian;
  const page = html`<!doctype html>
    <html lang="${language}" data-zone="${zone ?? ''}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${alternates(place)}
        <link rel="stylesheet" href="${fileFrom(place, assets.style)}" />
        ${script(assets.times)} ${figures === undefined ? [] : [script(plotly), script(assets.script)]}
        ${isSearched ? script(assets.search) : []}
      </head>
      <body>
        <header class="site">
          <nav aria-label="${text('site.navigation')}">
            <a class="home" href="${pageFrom(place, { language, path: '' })}">${text('site.name')}</a>
            ${SECTIONS.map((section) => sectionLink(place, section, locale))}
          </nav>
          <a href="${pageFrom(place, twin)}" lang="${twin.language}" hreflang="${twin.language}" rel="alternate"
            >${NAMES[twin.language]}</a
          >
        </header>
        <main>${body} ${figures === undefined ? [] : jsonBlock('charts', figures)}</main>
        <footer>${say('site.times', { zone: zoneName() })} ${text('site.madeBy')}</footer>
      </body>
    </html> `;
  return page.markup;
}

function sectionLink(place: Place, [path, name]: (typeof SECTIONS)[number], { language, text }: Locale): Html {
  const current = place.path === path ? html` aria-current="page"` : html``;
  return html`<a href="${pageFrom(place, { language, path })}" ${current}>${text(name)}</a>`;
}

const alternates = (place: Place): Html[] =>
  LANGUAGES.map(
    (language) =>
      html`<link rel="alternate" hreflang="${language}" href="${pageFrom(place, { ...place, language })}" />`,
  );
