import { categories } from './categories.ts';
import { channels } from './channels.ts';
import { languages } from './languages.ts';
import { liveNow } from './live-now.ts';

/** The tables of the front page. */
export const OVERVIEW_TABLES = { liveNow, channels, categories, languages };
