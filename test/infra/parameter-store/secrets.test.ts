import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningStore } from './running-store.ts';
import { codeOf, encryptionKey, key, runningStore } from './running-store.ts';

describe('a secret, PUT /v1/parameters/secrets/…', () => {
  let store: RunningStore;
  before(async () => {
    store = await runningStore();
  });
  after(() => store.stop());

  const secret = '{"accessToken":"very-secret-token"}';

  it('is encrypted at rest, and decrypted by the store', async () => {
    await store.ask('PUT', 'secrets/twitch/main', { body: secret });
    const file = readFileSync(join(store.directory, 'secrets', 'twitch', 'main.json'), 'utf8');
    assert.doesNotMatch(file, /token/i);
    assert.equal((JSON.parse(file) as { sealed: string }).sealed, 'AES-256-GCM');
    assert.equal((await store.ask('GET', 'secrets/twitch/main')).text, secret);
  });

  it('cannot be decrypted at another path or after a change, and the answer has no part of it', async () => {
    await store.ask('PUT', 'secrets/one', { body: secret });
    const file = readFileSync(join(store.directory, 'secrets', 'one.json'), 'utf8');
    writeFileSync(join(store.directory, 'secrets', 'two.json'), file);
    const sealed = JSON.parse(file) as { data: string };
    const data = Buffer.from(sealed.data, 'base64');
    data[0]! ^= 1;
    writeFileSync(
      join(store.directory, 'secrets', 'three.json'),
      JSON.stringify({ ...sealed, data: data.toString('base64') }),
    );
    writeFileSync(join(store.directory, 'secrets', 'four.json'), secret);
    for (const path of ['secrets/two', 'secrets/three', 'secrets/four']) {
      const answer = await store.ask('GET', path);
      assert.deepEqual([answer.status, codeOf(answer)], [500, 'damaged'], path);
      assert.doesNotMatch(answer.text, /very-secret|accessToken/);
    }
  });

  it('and the key are never logged', async () => {
    await store.ask('PUT', 'secrets/log', { body: secret });
    await store.ask('PUT', 'secrets/log', { body: `${secret} and more` });
    assert.match(store.logged(), /secrets\/log/);
    for (const word of ['very-secret', key, encryptionKey.toString()]) assert.ok(!store.logged().includes(word), word);
  });
});
