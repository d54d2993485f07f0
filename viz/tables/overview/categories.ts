import { groupTable } from './groups.ts';

/** The categories with the most viewers in the last seven days. */
export const categories = groupTable('category', {
  title: 'overview.categories',
  column: 'column.category',
  none: 'topCategories.none',
});
