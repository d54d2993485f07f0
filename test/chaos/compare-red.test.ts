import assert from 'node:assert/strict';
import { checksum } from './compare-red.ts';

describe('checksum(row)', () => {
  it('differs if any cell differs', () => {
    const text = Buffer.from('haru');
    const row = { appendedAtMs: 2, receivedAtMs: 1, collector: text, key: text, line: text };
    const others = [
      { ...row, appendedAtMs: 3 },
      { ...row, receivedAtMs: null },
      { ...row, receivedAtMs: 2 },
      { ...row, collector: null },
      { ...row, key: null },
      { ...row, line: null },
      { ...row, line: Buffer.from('') },
    ];
    assert.equal(new Set([row, ...others].map(checksum)).size, others.length + 1);
    assert.equal(checksum({ ...row }), checksum(row));
  });
});
