import assert from 'node:assert/strict';
import { csvOf } from '../../viz/csv.ts';

describe('csvOf(columns, rows)', () => {
  const cells = (value: unknown): string => csvOf(['c'], [{ c: value }]).slice('\ufeffc\r\n'.length, -'\r\n'.length);

  it('starts with the mark that makes Excel read UTF-8, and has the columns in their order', () => {
    assert.equal(
      csvOf(
        ['login', 'n'],
        [
          { n: 1.5, login: '하늘', other: 'x' },
          { login: null, n: -2 },
        ],
      ),
      '\ufefflogin,n\r\n하늘,1.5\r\n,-2\r\n',
    );
    assert.equal(csvOf(['a'], []), '\ufeffa\r\n');
  });
  it('quotes commas, quotes and line ends', () => {
    assert.equal(cells('a,b'), '"a,b"');
    assert.equal(cells('say "hi"'), '"say ""hi"""');
    assert.equal(cells('two\nlines'), '"two\nlines"');
    assert.equal(cells('two\rlines'), '"two\rlines"');
  });
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
    it(`disarms a text that starts with ${JSON.stringify(start)}`, () => {
      assert.match(cells(`${start}cmd|' /C calc'!A0`), new RegExp(`^"?'${start === '+' ? '\\+' : start}`));
    });
});
