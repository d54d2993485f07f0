import assert from 'node:assert/strict';
import type { Cell } from '../../activities/query/answer.ts';
import type { TextColumn } from '../../activities/query/text-columns.ts';
import { asCsv } from '../../cli/rows/csv.ts';
import type { FormatOf } from '../../cli/rows/format.ts';
import { asJsonLines } from '../../cli/rows/json-lines.ts';
import { asTable } from '../../cli/rows/table.ts';
import { cut, visible, visibleLines } from '../../cli/rows/visible.ts';

const column = (name: string, kind: TextColumn['kind'] = 'text'): TextColumn => ({ name, kind });

function written(format: FormatOf, columns: TextColumn[], ...rows: Cell[][]): string {
  const { head, rows: some } = format(columns);
  return head(rows) + rows.map((row) => some([row])).join('');
}

describe('asCsv', () => {
  const csv = (...cells: Cell[]) =>
    written(
      asCsv,
      cells.map((_, index) => column(`c${index}`)),
      cells,
    )
      .split('\n')
      .slice(1)
      .join('\n');

  it('quotes what needs quotes, and tells NULL from an empty text', () => {
    assert.equal(csv('a', 'b,c', 'say "x"', 'two\nlines', '', null, ' '), 'a,"b,c","say ""x""","two\nlines","",, \n');
    assert.equal(written(asCsv, [column('a,b'), column('n')]), '"a,b",n\n');
  });

  it('puts an apostrophe before a text that would be a formula', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1', '＋1', '－1', '＠1'])
      assert.equal(csv(text), `'${text}\n`);
    assert.equal(csv('\r=1'), '"\'\r=1"\n');
    assert.equal(csv(`=cmd|' /C calc'!A0`), `'=cmd|' /C calc'!A0\n`);
    for (const text of ["'=1", 'a=1', ' =1', '1-1', '안녕']) assert.equal(csv(text), `${text}\n`);
  });

  it('leaves numbers and times alone', () => {
    const columns = [column('n', 'number'), column('t', 'time'), column('j', 'json')];
    assert.equal(
      written(asCsv, columns, ['-1', '2026-11-25T12:00:00Z', '[-1]']),
      'n,t,j\n-1,2026-11-25T12:00:00Z,[-1]\n',
    );
  });
});

describe('asJsonLines', () => {
  it('keeps all digits, nested values and every text', () => {
    const columns = [column('n', 'number'), column('j', 'json'), column('t'), column('a"b', 'time')];
    const line = written(asJsonLines, columns, [
      '12345678901234567890',
      '{"x":[1]}',
      '=1\n"\u001b',
      '2026-11-25T12:00:00Z',
    ]);
    assert.equal(
      line,
      '{"n":12345678901234567890,"j":{"x":[1]},"t":"=1\\n\\"\\u001b","a\\"b":"2026-11-25T12:00:00Z"}\n',
    );
    assert.equal(
      written(asJsonLines, columns, [null, null, null, null]),
      '{"n":null,"j":null,"t":null,"a\\"b":null}\n',
    );
  });

  it('prints nothing without rows', () => assert.equal(written(asJsonLines, [column('a')]), ''));
});

describe('asTable(width)', () => {
  const COLUMNS = [column('channel'), column('messages', 'number'), column('text')];

  it('aligns columns, also with wide letters, emoji and combining marks', () => {
    const table = written(
      asTable(undefined),
      COLUMNS,
      ['haneul', '4', '안녕'],
      ['바람', '12', '👩‍👩‍👧 e\u0301'],
      ['x', null, ''],
    );
    assert.equal(
      table,
      [
        'channel  messages  text',
        '-------  --------  ----',
        'haneul          4  안녕',
        '바람           12  👩‍👩‍👧 e\u0301',
        'x            NULL',
        '',
      ].join('\n'),
    );
  });

  it('cuts long cells in a terminal, the longest first', () => {
    const table = written(
      asTable(30),
      COLUMNS,
      ['haneul', '4', 'a long text with many words'],
      ['a', '5', '안녕하세요 여러분'],
    );
    assert.deepEqual(table.split('\n').slice(2), [
      'haneul          4  a long tex…',
      'a               5  안녕하세요…',
      '',
    ]);
    for (const line of table.split('\n')) assert.ok(line.length <= 30, line);
  });

  it('cuts nothing without a width', () => {
    const long = 'x'.repeat(500);
    assert.match(written(asTable(undefined), [column('a')], [long]), new RegExp(`^${long}$`, 'm'));
  });

  it('shows each row as a list if the columns do not fit', () => {
    const names = Array.from({ length: 12 }, (_, index) => column(`column_${index}`));
    const table = written(
      asTable(40),
      names,
      names.map((_, index) => (index === 1 ? 'y'.repeat(60) : String(index))),
    );
    const [first, second, third] = table.split('\n');
    assert.deepEqual([first, second], ['--- row 1 ---', 'column_0   0']);
    assert.equal(third, `column_1   ${'y'.repeat(28)}…`);
  });

  it('has its head without rows', () => {
    assert.equal(written(asTable(80), [column('a'), column('bc')]), 'a  bc\n-  --\n');
  });

  it('grows a column that a later row needs, without a width', () => {
    const format = asTable(undefined)([column('a'), column('b')]);
    assert.equal(format.head([['x', 'y']]) + format.rows([['longer', 'y']]), 'a  b\n-  -\nlonger  y\n');
  });
});

describe('visible(text)', () => {
  it('lets no text control a terminal or leave its line', () => {
    assert.equal(
      visible('a\nb\r\t\u001b[2Jc\u009b31m\u0007\u0000\u007f'),
      'a\\nb\\r\\t\\x1b[2Jc\\x9b31m\\x07\\x00\\x7f',
    );
    assert.equal(visible('abc\u202edef\u2066'), 'abc\ufffddef\ufffd');
    assert.equal(visible('안녕 👍🏽'), '안녕 👍🏽');
    assert.equal(visibleLines('a\u001b\nb\n'), 'a\\x1b\nb\n');
  });
});

describe('cut(text, width)', () => {
  it('cuts between letters as people see them', () => {
    assert.equal(cut('abcdef', 4), 'abc…');
    assert.equal(cut('안녕하세요', 6), '안녕…');
    assert.equal(cut('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5), '👩‍👩‍👧👩‍👩‍👧…');
    assert.equal(cut('abc', 3), 'abc');
  });
});
