import type { Locale } from '../locale.ts';
import type { AssetUrls } from './asset-urls.ts';

/** What all pages of one language share. */
export interface Edition {
  locale: Locale;
  assets: AssetUrls;
}
