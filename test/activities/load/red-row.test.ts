import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { toRedRow } from '../../../activities/load/red-row.ts';

const message = {
  offset: '9007199254740993',
  timestamp: '1764079200123',
  key: Buffer.from('44445592'),
  value: Buffer.from('PING'),
  headers: { receivedAt: Buffer.from('1764079200100'), collector: Buffer.from('c1') },
  attributes: 0,
};

/** Unescapes a text: U+10F700 + b is the byte b, and any other character is itself. */
function unescape(text: string): Buffer {
  const pieces = Array.from(text, (character) => {
    const byte = (character.codePointAt(0) ?? 0) - 0x10f700;
    return byte >= 0 && byte <= 0xff ? Buffer.from([byte]) : Buffer.from(character);
  });
  return Buffer.concat(pieces);
}

describe('the texts of toRedRow(message)', () => {
  const toUtf8 = (bytes: Buffer) => toRedRow({ ...message, value: bytes }).line ?? Buffer.alloc(0);

  it('leave UTF-8 as it is', () => {
    const line = Buffer.from(':a PRIVMSG #b :안녕 👋 \u{100000}');
    assert.ok(toUtf8(line).equals(line));
    assert.ok(unescape(line.toString()).equals(line));
  });

  const others: [string, Buffer][] = [
    ['bytes of another encoding', Buffer.from('caf\xe9 \xff\xfe', 'latin1')],
    ['a character cut short', Buffer.from('ab안', 'utf8').subarray(0, 4)],
    ['the escapes themselves', Buffer.from('x\u{10f700}\u{10f7ff}y\u{10f7e9}')],
    ['an overlong form and a surrogate', Buffer.from([0xc0, 0x80, 0xed, 0xa0, 0x80, 0x41])],
    ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ];
  for (const [what, bytes] of others) {
    it(`keep ${what} without loss`, () => {
      const text = toUtf8(bytes);
      assert.ok(isUtf8(text));
      assert.ok(unescape(text.toString()).equals(bytes));
    });
  }

  it('leave the readable part readable', () => {
    assert.match(toUtf8(Buffer.from('@id=1 :a PRIVMSG #b :caf\xe9', 'latin1')).toString(), /^@id=1 :a PRIVMSG #b :caf/);
  });
});

describe('toRedRow(message)', () => {
  it('has offset, times, collector, key and line', () => {
    assert.deepEqual(toRedRow(message), {
      offset: 9_007_199_254_740_993n,
      appendedAtMs: 1_764_079_200_123,
      receivedAtMs: 1_764_079_200_100,
      collector: Buffer.from('c1'),
      key: Buffer.from('44445592'),
      line: Buffer.from('PING'),
    });
  });

  it('makes a row of a record that no collector sent', () => {
    const foreign = { ...message, key: null, value: null, headers: { receivedAt: 'yesterday' } };
    const { receivedAtMs, collector, key, line } = toRedRow(foreign);
    assert.deepEqual([receivedAtMs, collector, key, line], [null, null, null, null]);
  });

  for (const [what, value] of [
    ['no value', null],
    ['several values, the first of them none', [null, Buffer.from('1')]],
    ['an empty list of values', []],
    ['an empty value', Buffer.alloc(0)],
  ] as [string, unknown][]) {
    it(`makes a row of a record whose headers have ${what}`, () => {
      const headers = { receivedAt: value, collector: value } as typeof message.headers;
      assert.equal(toRedRow({ ...message, headers }).receivedAtMs, null);
    });
  }
});
