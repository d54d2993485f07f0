import assert from 'node:assert/strict';
import { secretsIn } from './secrets-in.ts';

const TOKEN = 'c4f1~e0a97?b35d2>8f66';
const secrets = { token: TOKEN, other: '0123456789abcdef0123' };

describe('secretsIn(text, secrets)', () => {
  it('finds a secret in plain text', () => {
    assert.deepEqual(secretsIn(`{"accessToken":"${TOKEN}"}`, secrets), ['token']);
  });

  for (const encoding of ['base64', 'base64url'] as const) {
    for (const shift of [0, 1, 2]) {
      it(`finds it in ${encoding}, ${shift} bytes after a group of three, in any context`, () => {
        for (const before of ['', '{"x', 'ÿÿÿ']) {
          for (const behind of ['', '"', '"}', '"}\n']) {
            const text = Buffer.from(`${before}${'"'.repeat(shift)}${TOKEN}${behind}`).toString(encoding);
            assert.deepEqual(secretsIn(`"data": "${text}"`, secrets), ['token'], text);
          }
        }
      });
    }
  }

  it('finds each of several', () => {
    assert.deepEqual(secretsIn(`${secrets.other} ${Buffer.from(TOKEN).toString('base64')}`, secrets), [
      'token',
      'other',
    ]);
  });

  it('finds nothing if there is no secret, or only a part of one', () => {
    const text = `nothing but ${TOKEN.slice(1)}`;
    assert.deepEqual(secretsIn(`${text} ${Buffer.from(text).toString('base64')}`, secrets), []);
  });

  it('refuses a missing or short secret, with its name', () => {
    assert.throws(() => secretsIn('text', { token: '' }), /Expected token to have 16 characters or more, got 0/);
    assert.throws(() => secretsIn('text', { token: 'spent' }), /got 5/);
  });
});
