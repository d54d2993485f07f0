import assert from 'node:assert/strict';
import { TextLines } from '../../../activities/import/text-lines.ts';
import { Random } from '../../../infra/twitch-simulator/random.ts';

describe('TextLines', () => {
  const cut = (bytes: Buffer, sizes: () => number): [number, string, boolean][] => {
    const lines = new TextLines();
    const found = [];
    for (let from = 0; from < bytes.length;) {
      const to = from + sizes();
      found.push(...lines.push(bytes.subarray(from, to)));
      from = to;
    }
    return [...found, ...lines.end()].map(({ number, text, isCut }) => [number, text.toString('latin1'), isCut]);
  };

  it('numbers lines as an editor does, wherever the bytes are divided', () => {
    const bytes = Buffer.from('a\r\n\r\n\nb\n\xff\0c\n\n\nd', 'latin1');
    const expected = [
      [1, 'a', false],
      [4, 'b', false],
      [5, '\xff\0c', false],
      [8, 'd', false],
    ];
    const random = new Random('text');
    for (let round = 0; round < 50; round++)
      assert.deepEqual(
        cut(bytes, () => random.between(1, 6)),
        expected,
      );
    assert.deepEqual(
      cut(Buffer.from(''), () => 1),
      [],
    );
    assert.deepEqual(
      cut(Buffer.from('\n\n'), () => 1),
      [],
    );
  });

  it('cuts a line of five megabytes, and goes on after it', () => {
    const found = cut(Buffer.concat([Buffer.alloc(5_000_000, 'x'), Buffer.from('\nnext\n')]), () => 65_536);
    assert.deepEqual(
      found.map(([number, text, isCut]) => [number, text.length, isCut]),
      [
        [1, 65_536, true],
        [2, 4, false],
      ],
    );
  });
});
