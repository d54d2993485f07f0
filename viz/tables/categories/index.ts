import { groupTable } from '../overview/groups.ts';
import { allCategories } from './all-categories.ts';

const LANGUAGES_SHOWN = 50;

/** The tables of the page on categories and languages. */
export const CATEGORIES_TABLES = {
  allCategories,
  allLanguages: groupTable(
    'language',
    { title: 'overview.languages', column: 'column.language', none: 'overview.noLanguage' },
    LANGUAGES_SHOWN,
  ),
};
