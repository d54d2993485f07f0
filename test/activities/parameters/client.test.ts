import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { toApplicationFailure } from '../../../activities/errors.ts';
import type { Parameters } from '../../../activities/parameters/client.ts';
import { createParameters } from '../../../activities/parameters/client.ts';
import type { ParameterErrorKind } from '../../../activities/parameters/error.ts';
import { ParameterError } from '../../../activities/parameters/error.ts';
import type { RunningStore } from '../../infra/parameter-store/running-store.ts';
import { key, runningStore } from '../../infra/parameter-store/running-store.ts';

describe('createParameters({ url, key })', () => {
  const settings = z.object({ minutes: z.number(), name: z.string() });
  let store: RunningStore;
  let parameters: Parameters;
  before(async () => {
    store = await runningStore();
    parameters = createParameters({ url: `${store.url}/`, key });
  });
  after(() => store.stop());

  it('puts, gets, lists and deletes', async () => {
    assert.equal(await parameters.get('config/a', settings), undefined);
    const { etag } = await parameters.put('config/a', { minutes: 5, name: '이름' });
    assert.deepEqual(await parameters.get('config/a', settings), { value: { minutes: 5, name: '이름' }, etag });
    await parameters.put('config/b', 1);
    assert.deepEqual(await parameters.list('config/'), ['config/a', 'config/b']);
    assert.deepEqual(await parameters.list('other'), []);
    assert.equal(await parameters.delete('config/b'), true);
    assert.equal(await parameters.delete('config/b'), false);
    assert.deepEqual(await parameters.list(''), ['config/a']);
  });

  it('writes under a condition, and throws an error that is not retryable if it is false', async () => {
    const { etag } = await parameters.put('cas', 1, { ifAbsent: true });
    const failed = { kind: 'precondition', retryable: false } as const;
    const { facts } = await rejectsWith(parameters.put('cas', 2, { ifAbsent: true }), failed);
    assert.deepEqual(facts, { path: 'cas', status: 412, code: 'exists', kind: 'precondition' });
    const next = await parameters.put('cas', 2, { ifMatch: etag });
    await rejectsWith(parameters.put('cas', 3, { ifMatch: etag }), failed);
    await parameters.put('cas', 3, { ifMatch: next.etag });
  });

  it('names the faulty fields of a value, never their content', async () => {
    await parameters.put('config/faulty', { minutes: 'hunter2', name: 7 });
    const error = await rejectsWith(parameters.get('config/faulty', settings), {
      kind: 'unexpected',
      retryable: false,
    });
    assert.match(error.message, /config\/faulty.*`minutes` \(invalid_type\), `name` \(invalid_type\)/);
    assert.doesNotMatch(inspect(error), /hunter2/);
  });

  it('names unknown keys', async () => {
    await parameters.put('config/strict', { chanels: ['hidden'], top: 5 });
    await assert.rejects(
      parameters.get('config/strict', z.strictObject({ top: z.number() })),
      (error: Error) => error.message.includes('`chanels` (unrecognized_keys)') && !error.message.includes('hidden'),
    );
  });

  it('refuses an invalid path, and a value that is not JSON', async () => {
    await rejectsWith(parameters.get('a/../b', settings), { kind: 'refused', retryable: false });
    await rejectsWith(parameters.put('a b', 1), { kind: 'refused', retryable: false });
    await rejectsWith(parameters.put('undefined', undefined), { kind: 'refused', retryable: false });
  });

  it('reports a wrong key without showing it', async () => {
    const wrong = createParameters({ url: store.url, key: 'wrong-and-secret' });
    const error = await rejectsWith(wrong.get('config/a', settings), { kind: 'unauthorized', retryable: false });
    assert.doesNotMatch(inspect(error, { depth: 9 }), /wrong-and-secret/);
  });

  it('fails retryably if the store fails, is away, or does not answer in time', async () => {
    writeFileSync(join(store.directory, 'garbage.json'), '{');
    await rejectsWith(parameters.get('garbage', z.unknown()), { kind: 'unavailable', retryable: true });
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const late = await rejectsWith(createParameters({ url, key, timeoutMs: 100 }).put('secrets/x', 'hunter2'), {
      kind: 'unavailable',
      retryable: true,
    });
    assert.doesNotMatch(inspect(late, { depth: 9 }), new RegExp(`hunter2|${key}`));
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    const gone = await rejectsWith(createParameters({ url, key }).list(''), { kind: 'unavailable', retryable: true });
    assert.match(gone.message, /ECONNREFUSED.*Is the store running, and at PARAMETER_STORE_URL\?/);
  });

  for (const [header, retryAfterMs] of [
    ['7', 7_000],
    ['999999999', 300_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ] as const) {
    it(`fails retryably if it has asked too often, and tells Temporal of \`Retry-After: ${header}\``, async () => {
      const busy = createServer((_request, response) => {
        if (header !== undefined) response.setHeader('retry-after', header);
        response.writeHead(429).end('{"error":{"code":"too_many","message":"Repeat this one later."}}');
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => busy.once('listening', resolve));
      const url = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`;
      const error = await rejectsWith(createParameters({ url, key }).put('a', 1), {
        kind: 'unavailable',
        retryable: true,
      });
      busy.closeAllConnections();
      busy.close();
      assert.match(error.message, /got 429\. Repeat this one later\./);
      const failure = toApplicationFailure(error) as ApplicationFailure;
      assert.deepEqual([failure.nonRetryable, failure.nextRetryDelay], [false, retryAfterMs]);
    });
  }

  it('reports a server that is not a parameter store', async () => {
    const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await rejectsWith(createParameters({ url, key }).list(''), { kind: 'unexpected', retryable: false });
    await rejectsWith(createParameters({ url, key }).put('a', 1), { kind: 'unexpected', retryable: false });
    other.closeAllConnections();
    other.close();
  });
});

/** Checks the kind of the error and whether it is retryable. Returns it. */
async function rejectsWith(
  promise: Promise<unknown>,
  expected: { kind: ParameterErrorKind; retryable: boolean },
): Promise<ParameterError> {
  const error = await promise.then(
    () => assert.fail('Expected an error, got an answer'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ParameterError, String(error));
  assert.deepEqual({ kind: error.kind, retryable: error.retryable }, expected);
  return error;
}
