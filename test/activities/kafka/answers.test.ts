import assert from 'node:assert/strict';
import { splitAnswers } from '../../../activities/kafka/answers.ts';

function answer(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

describe('splitAnswers(deliver)', () => {
  const sent = [answer('first'), answer(''), answer('a longer one'), answer('last')];

  it('passes on whole answers however the stream is divided', () => {
    const stream = Buffer.concat(sent);
    for (let size = 1; size <= stream.length; size++) {
      const got: Buffer[] = [];
      const take = splitAnswers((whole) => void got.push(Buffer.from(whole)));
      for (let from = 0; from < stream.length; from += size) take(stream.subarray(from, from + size));
      assert.deepEqual(got, sent, `in slices of ${size}`);
    }
  });

  it('holds an incomplete answer back', () => {
    const got: Buffer[] = [];
    const take = splitAnswers((whole) => void got.push(whole));
    take(Buffer.concat([answer('first'), answer('second').subarray(0, 7)]));
    assert.deepEqual(got, [answer('first')]);
  });
});
