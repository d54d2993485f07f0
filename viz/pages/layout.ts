import type { AssetUrls } from './asset-urls.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** A whole page: head, header with a link to the index, main, footer. */
export function layout(options: { title: string; assets: AssetUrls; charts: boolean; body: Html }): string {
  const { title, assets, charts, body } = options;
  const scripts = charts
    ? html`<script defer src="${assets.plotly}"></script>
        <script defer src="${assets.script}"></script>`
    : html``;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${assets.style}" />
        ${scripts}
      </head>
      <body>
        <header class="site"><a href="/">Chatlake</a></header>
        <main>${body}</main>
        <footer>All times are UTC. Made by Chatlake from Twitch chat.</footer>
      </body>
    </html> `;
  return page.markup;
}
