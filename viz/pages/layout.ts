import { needsAllOfPlotly } from '../charts/bundle.ts';
import type { Figure } from '../charts/chart.ts';
import { LANGUAGES } from '../words.ts';
import type { Language } from '../words.ts';
import type { Edition } from './edition.ts';
import { html, jsonBlock } from './html.ts';
import type { Html } from './html.ts';
import { fileFrom, pageFrom, twinOf } from './place.ts';
import type { Place } from './place.ts';

/** The names of the languages, each in itself. */
const NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

interface Content {
  title: string;
  /** Below the front page of the language. */
  path: string;
  /** The charts of the page by name, if it has any. Each has a place in the body. */
  figures?: Readonly<Record<string, Figure>>;
  body: Html;
}

/** A whole page: head, header with links to the front page and to the other language, main, footer. */
export function layout({ locale, assets }: Edition, { title, path, figures, body }: Content): string {
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
      </head>
      <body>
        <header class="site">
          <a class="home" href="${pageFrom(place, { language, path: '' })}">${text('site.name')}</a>
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

const alternates = (place: Place): Html[] =>
  LANGUAGES.map(
    (language) =>
      html`<link rel="alternate" hreflang="${language}" href="${pageFrom(place, { ...place, language })}" />`,
  );
