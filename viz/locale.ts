import { timesOf } from './times.ts';
import type { Times } from './times.ts';
import { wordsOf } from './words.ts';
import type { Language, Words } from './words.ts';

/** How pages speak to readers of one language: words, numbers, times. */
export type Locale = Words & Times;

/** @param zone of all times; by default that of the language */
export const localeOf = (language: Language, zone?: string): Locale => ({
  ...wordsOf(language),
  ...timesOf(language, zone),
});
