import type { Locale } from '../locale.ts';
import { TAGS } from '../words.ts';

/** Helix sends ISO 639-1 codes, `asl` for American Sign Language, and `other`. */
const CODE = /^[a-z]{2,3}(?:-[a-z]{2,4})?$/i;

/** `ko` → `Korean`, in the language of the page; what is no code stays as it is. */
export function languageName(code: string, { language, text }: Pick<Locale, 'language' | 'text'>): string {
  if (code === 'other') return text('language.other');
  if (!CODE.test(code)) return code;
  try {
    return new Intl.DisplayNames(TAGS[language], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
