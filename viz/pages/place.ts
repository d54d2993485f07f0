import { LANGUAGES } from '../words.ts';
import type { Language } from '../words.ts';

/** Where a page is on the site. */
export interface Place {
  language: Language;
  /** Below the front page of its language, like `2026-11-25/`; empty for the front page itself. */
  path: string;
}

/** The directory of a page below the site, like `ko/2026-11-25/`. */
export const directoryOf = ({ language, path }: Place): string =>
  `${language === LANGUAGES[0] ? '' : `${language}/`}${path}`;

/** The same page in the other language. */
export const twinOf = ({ language, path }: Place): Place => ({ language: language === 'en' ? 'ko' : 'en', path });

/** A link from a page to another. It is relative and names the file, so it leads there from the file system, too. */
export const pageFrom = (from: Place, to: Place): string => fileFrom(from, `${directoryOf(to)}index.html`);

/** A link from a page to a file of the site. */
export const fileFrom = (from: Place, file: string): string => `${upFrom(from)}${file}`;

function upFrom(from: Place): string {
  return '../'.repeat(directoryOf(from).split('/').length - 1);
}
