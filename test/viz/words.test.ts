import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { html } from '../../viz/pages/html.ts';
import { LANGUAGES, wordsOf } from '../../viz/words.ts';

const VIZ = join(import.meta.dirname, '../../viz');

type Messages = Record<string, string | Record<string, string>>;
const messagesIn = (language: string): Messages =>
  JSON.parse(readFileSync(join(VIZ, 'messages', `${language}.json`), 'utf8')) as Messages;
const formsOf = (message: Messages[string] = ''): string[] =>
  typeof message === 'string' ? [message] : Object.values(message);
const placeholdersOf = (form = ''): string[] => [...form.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

describe('viz/messages', () => {
  const english = messagesIn('en');

  for (const language of LANGUAGES) {
    const messages = messagesIn(language);
    it(`has each sentence in ${language}, in the same order`, () => {
      assert.deepEqual(Object.keys(messages), Object.keys(english));
    });
    it(`has no empty sentence in ${language}, and none with white space at its ends`, () => {
      for (const [key, message] of Object.entries(messages))
        for (const form of formsOf(message)) assert.equal(form.trim() !== '' && form.trim() === form, true, key);
    });
    it(`has the same placeholders as English in each sentence in ${language}, and no others for one`, () => {
      for (const [key, message] of Object.entries(messages)) {
        const wanted = placeholdersOf(formsOf(english[key]).at(-1));
        const forms = formsOf(message).map(placeholdersOf);
        assert.deepEqual([key, forms.at(-1)], [key, wanted]);
        for (const form of forms) assert.deepEqual([key, form.filter((name) => !wanted.includes(name))], [key, []]);
        assert.equal(typeof message, typeof english[key], key);
      }
    });
    it(`has each form that the numbers of ${language} need`, () => {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      for (const [key, message] of Object.entries(messages))
        if (typeof message === 'object')
          assert.deepEqual(Object.keys(message).sort(), pluralCategories.toSorted(), key);
    });
  }

  it('has no sentence that no page uses', () => {
    const sources = readdirSync(VIZ, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(VIZ, name), 'utf8'))
      .join('\n');
    assert.deepEqual(Object.keys(english).filter((key) => !sources.includes(`'${key}'`)), []); // prettier-ignore
  });
});

describe('wordsOf(language)', () => {
  const { text, say, count } = wordsOf('en');

  it('formats numbers, and chooses the form of a sentence by its number', () => {
    assert.equal(text('verdict.lost', { count: 1 }), 'Rooms were lost once: the page of the day says when.');
    assert.equal(text('verdict.lost', { count: 1_250 }), 'Rooms were lost 1,250 times: the page of the day says when.');
    assert.equal(count(18_253_266), '18,253,266');
    assert.equal(
      wordsOf('ko').text('verdict.lost', { count: 1_250 }),
      '채팅방 연결이 1,250번 끊겼습니다. 언제인지는 그날의 페이지에 있습니다.',
    );
  });
  it('escapes texts among the values, and keeps HTML', () => {
    const values = { collector: '<b>{at}</b>', at: html`<i>now</i>` };
    assert.match(
      say('verdict.silentOne', values).markup,
      /^Collector &lt;b&gt;\{at\}&lt;\/b&gt; fell silent at <i>now<\/i>\./,
    );
  });
  it('refuses a sentence that lacks a value', () => {
    assert.throws(
      () => text('verdict.allStored'),
      /Expected a value for \{received\} of verdict\.allStored, got none\./,
    );
  });
});
