import type { Locale } from '../locale.ts';
import type { AssetUrls } from './asset-urls.ts';

/** What all pages of one language share. */
export interface Edition {
  locale: Locale;
  assets: AssetUrls;
  /** The paths of the pages of channels and broadcasts that are on the site, below the front page of a language. */
  pages: ReadonlySet<string>;
}
