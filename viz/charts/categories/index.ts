import { hoursByCategory } from './hours-by-category.ts';
import { scriptsByLanguage } from './scripts-by-language.ts';
import { viewersByLanguage } from './viewers-by-language.ts';

/** The charts of the page on categories and languages, in order. */
export const CATEGORIES_CHARTS = { hoursByCategory, viewersByLanguage, scriptsByLanguage };
