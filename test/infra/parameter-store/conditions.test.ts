import assert from 'node:assert/strict';
import type { RunningStore } from './running-store.ts';
import { codeOf, runningStore } from './running-store.ts';

describe('If-Match and If-None-Match', () => {
  let store: RunningStore;
  before(async () => {
    store = await runningStore();
  });
  after(() => store.stop());

  it('write and delete that version only (If-Match)', async () => {
    const { headers } = await store.ask('PUT', 'cas', { body: '1' });
    const first = headers.get('etag') ?? '';
    const second =
      (await store.ask('PUT', 'cas', { body: '1', headers: { 'if-match': first } })).headers.get('etag') ?? '';
    assert.notEqual(second, first, 'the same value written again is another version');
    for (const method of ['PUT', 'DELETE']) {
      const answer = await store.ask(method, 'cas', {
        ...(method === 'PUT' && { body: '2' }),
        headers: { 'if-match': first },
      });
      assert.deepEqual([answer.status, codeOf(answer)], [412, 'changed']);
    }
    assert.equal((await store.ask('PUT', 'cas-none', { body: '1', headers: { 'if-match': '*' } })).status, 412);
    assert.equal(
      (await store.ask('PUT', 'cas', { body: '3', headers: { 'if-match': `"other", ${second}` } })).status,
      200,
    );
  });

  it('write only if there is no value (If-None-Match: *)', async () => {
    const only = { 'if-none-match': '*' };
    assert.equal((await store.ask('PUT', 'once', { body: '1', headers: only })).status, 201);
    const answer = await store.ask('PUT', 'once', { body: '2', headers: only });
    assert.deepEqual([answer.status, codeOf(answer)], [412, 'exists']);
    assert.equal((await store.ask('GET', 'once')).text.trim(), '1');
  });

  it('answer GET with 304 while the version is current (If-None-Match)', async () => {
    const { headers } = await store.ask('PUT', 'cached', { body: '1' });
    const answer = await store.ask('GET', 'cached', { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    assert.deepEqual([answer.status, answer.text], [304, '']);
  });

  it('let exactly one of 20 writers succeed in each round', async () => {
    let etag: string | undefined;
    for (let round = 0; round < 10; round += 1) {
      const condition: Record<string, string> = etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag };
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, writer) =>
          store.ask('PUT', 'race', { body: `${round * 100 + writer}`, headers: condition }),
        ),
      );
      const winners = answers.filter((answer) => answer.status < 300);
      assert.equal(winners.length, 1);
      assert.equal(answers.filter((answer) => answer.status === 412).length, 19);
      etag = winners[0]?.headers.get('etag') ?? undefined;
      const read = await store.ask('GET', 'race');
      assert.equal(read.headers.get('etag'), etag);
    }
  });
});
