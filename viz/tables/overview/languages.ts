import { groupTable } from './groups.ts';

/** The languages with the most viewers in the last seven days. */
export const languages = groupTable('language', {
  title: 'overview.languages',
  column: 'column.language',
  none: 'overview.noLanguage',
});
