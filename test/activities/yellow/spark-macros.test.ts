import assert from 'node:assert/strict';
import { expandMacros } from '../../../activities/yellow/spark-macros.ts';

describe('expandMacros(statements)', () => {
  const cases: [string, string[], string][] = [
    ['replaces a call by the body', ['CREATE OR REPLACE MACRO twice(x) AS x + x', 'SELECT twice(a)'], 'SELECT (a + a)'],
    [
      'puts an argument of several words in parentheses',
      ['CREATE OR REPLACE MACRO twice(x) AS x * 2', 'SELECT twice(a + b)'],
      'SELECT ((a + b) * 2)',
    ],
    [
      'replaces macros in bodies and in arguments',
      [
        'CREATE OR REPLACE MACRO up(x) AS upper(x)',
        "CREATE OR REPLACE MACRO both(x, y) AS concat(up(x), ', ', y)",
        'SELECT both(up(a), b)',
      ],
      "SELECT (concat((upper((((upper(a)))))), ', ', b))",
    ],
    [
      'leaves texts, fields and names that are no call alone',
      ["CREATE OR REPLACE MACRO named(text) AS struct('text', it.text, text, r'\\text(')", 'SELECT named, named(a)'],
      "SELECT named, (struct('text', it.text, a, r'\\text('))",
    ],
    [
      'reads commas and parentheses inside texts and calls as parts of the argument',
      ['CREATE OR REPLACE MACRO first(x, y) AS x', "SELECT first(coalesce(a, ')', 'it''s, '), b)"],
      "SELECT ((coalesce(a, ')', 'it''s, ')))",
    ],
  ];
  for (const [name, statements, expected] of cases) {
    it(name, () => assert.deepEqual(expandMacros(statements), [expected]));
  }

  it('says where a parenthesis is missing', () => {
    const statements = ['CREATE OR REPLACE MACRO up(x) AS upper(x)', 'SELECT up(a'];
    assert.throws(() => expandMacros(statements), /Expected a closing parenthesis after a, found the end/);
  });
});
