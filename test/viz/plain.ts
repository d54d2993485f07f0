import type { Html } from '../../viz/pages/html.ts';

/** The text of a piece of HTML as a browser shows it. */
export function plain({ markup }: Html): string {
  return markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
