import type { Locale } from '../locale.ts';
import { TAGS } from '../words.ts';

/** The name of a language of Twitch, like `ko`, in the language of the page. Twitch has codes that are no language, like `other`: they stay. */
export function languageName(code: string, { language }: Pick<Locale, 'language'>): string {
  try {
    return new Intl.DisplayNames(TAGS[language], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
