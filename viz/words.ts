import en from './messages/en.json' with { type: 'json' };
import ko from './messages/ko.json' with { type: 'json' };
import { html } from './pages/html.ts';
import type { Html } from './pages/html.ts';

/** The languages of the site. The pages of the first one are at its root, those of the others in a directory each. */
export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The names of all sentences of `viz/messages/`. */
export type WordKey = keyof typeof en;

/** A sentence whose form depends on the number `count`, by the plural rules of its language. */
type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

const MESSAGES: Readonly<Record<Language, Readonly<Record<WordKey, string | Plural>>>> = { en, ko };

/** The tags for Intl. */
export const TAGS: Readonly<Record<Language, string>> = { en: 'en-US', ko: 'ko-KR' };

const PLACEHOLDER = /\{(\w+)\}/;

/** What the pages say in one language. Numbers are formatted for it. */
export interface Words {
  language: Language;
  /** As plain text, for titles and charts. */
  text(key: WordKey, values?: Readonly<Record<string, string | number>>): string;
  /** As HTML. Texts among the values are escaped. */
  say(key: WordKey, values?: Readonly<Record<string, string | number | Html>>): Html;
  /** 18253266 → `18,253,266` */
  count(count: number): string;
}

export function wordsOf(language: Language): Words {
  const numbers = new Intl.NumberFormat(TAGS[language], { maximumFractionDigits: 2 });
  const plurals = new Intl.PluralRules(TAGS[language]);

  /** The parts of a sentence: texts at even places, values at odd ones. */
  function partsOf<T>(key: WordKey, values: Readonly<Record<string, T>>): (string | T)[] {
    const message = MESSAGES[language][key];
    const form = typeof message === 'string' ? message : formOf(message, values['count']);
    return form.split(PLACEHOLDER).map((part, index) => (index % 2 === 0 ? part : valueOf(key, part, values)));
  }

  function formOf(plural: Plural, count: unknown): string {
    return plural[plurals.select(Number(count))] ?? plural.other ?? '';
  }

  const count = (number: number): string => numbers.format(number);
  return {
    language,
    count,
    text: (key, values = {}) =>
      partsOf(key, values)
        .map((part) => (typeof part === 'number' ? count(part) : part))
        .join(''),
    say: (key, values = {}) =>
      html`${partsOf(key, values).map((part) => (typeof part === 'number' ? count(part) : part))}`,
  };
}

function valueOf<T>(key: WordKey, name: string, values: Readonly<Record<string, T>>): T {
  const value = values[name];
  if (value === undefined) throw new Error(`Expected a value for {${name}} of ${key}, got none.`);
  return value;
}
