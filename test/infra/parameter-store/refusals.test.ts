import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { RunningStore } from './running-store.ts';
import { codeOf, key, runningStore } from './running-store.ts';

const LONGEST = 4 * 1024 * 1024;

describe('a refusal, { error: { code, message } }', () => {
  let store: RunningStore;
  before(async () => {
    store = await runningStore();
  });
  after(() => store.stop());

  it('401 without the key or with a wrong one, for every request', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${key}`, `Bearer ${key}x`, key]) {
      for (const [method, path] of [
        ['GET', 'any'],
        ['PUT', 'any'],
        ['DELETE', 'any'],
        ['GET', '..%2f..'],
      ] as const) {
        const answer = await store.ask(method, path, { headers: { authorization } });
        assert.deepEqual([answer.status, codeOf(answer)], [401, 'unauthorized'], `${authorization} ${method} ${path}`);
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
      }
    }
    const list = await fetch(`${store.url}/v1/parameters`);
    assert.equal(list.status, 401);
  });

  it('400 for an invalid path, and nothing is written outside the directory', async () => {
    const paths = [
      '',
      '..',
      '../x',
      'a/../../x',
      '/etc/passwd',
      'a//b',
      'a/',
      '.hidden',
      'a/.b',
      'a.json',
      'a.JSON/b',
      'a b',
      'a\\b',
      'a\0b',
    ]
      .concat(['ä', 'a:b', '~root', 'x'.repeat(129), `${'a/'.repeat(300)}a`])
      .flatMap((path) => [
        path
          .split('/')
          .map(encodeURIComponent)
          .join('/')
          .replaceAll(/^\.\.|\/\.\./g, (dots) => dots.replace('..', '%2e%2e')),
        encodeURIComponent(path).replaceAll('.', '%2E'),
      ]);
    for (const path of paths) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await raw(store.url, method, `/v1/parameters/${path}`);
        assert.match(answer, /^HTTP\/1\.1 400 /, `${method} ${path}: ${answer.slice(0, 300)}`);
        assert.match(answer, /"code":"bad_path"/, `${method} ${path}`);
      }
    }
  });

  it('400 for `..` that the client did not resolve, and for invalid percent-encoding', async () => {
    for (const path of ['../../etc/passwd', 'a/../b', '%zz', '%c0%ae%c0%ae/x']) {
      assert.match(await raw(store.url, 'PUT', `/v1/parameters/${path}`), /^HTTP\/1\.1 400 .*"code":"bad_path"/s, path);
    }
  });

  it('409 for a symbolic link anywhere in the path, and its target is unchanged', async () => {
    const outside = join(store.directory, '..', `outside-${process.pid}.json`);
    mkdirSync(join(store.directory, 'links'));
    symlinkSync(outside, join(store.directory, 'links', 'file.json'));
    symlinkSync('..', join(store.directory, 'links', 'up'));
    writeFileSync(join(store.directory, 'links', 'plain'), '');
    for (const path of ['links/file', 'links/up/any', 'links/plain/x']) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await store.ask(method, path, method === 'PUT' ? { body: '1' } : {});
        assert.deepEqual([answer.status, codeOf(answer)], [409, 'not_plain'], `${method} ${path}`);
      }
    }
    assert.ok(!existsSync(outside));
  });

  it('400, 413 and 415 for a body that is not JSON, missing, too long or of another type, and the old value stays', async () => {
    await store.ask('PUT', 'body', { body: '"old"' });
    const long = JSON.stringify('x'.repeat(LONGEST));
    const expected: [string | undefined, string, number, string][] = [
      ['{"a":', 'application/json', 400, 'not_json'],
      ['', 'application/json', 400, 'not_json'],
      [undefined, 'application/json', 400, 'not_json'],
      ['{}', 'text/plain', 415, 'not_json'],
      [long, 'application/json', 413, 'too_large'],
    ];
    for (const [body, type, status, code] of expected) {
      const answer = await store.ask('PUT', 'body', {
        ...(body !== undefined && { body }),
        headers: { 'content-type': type },
      });
      assert.deepEqual([answer.status, codeOf(answer)], [status, code], body?.slice(0, 20));
    }
    const notUtf8 = {
      method: 'PUT',
      body: Buffer.from([0x22, 0xff, 0x22]),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    };
    assert.equal((await fetch(`${store.url}/v1/parameters/body`, notUtf8)).status, 400);
    assert.equal((await store.ask('GET', 'body')).text.trim(), '"old"');
    assert.equal((await store.ask('PUT', 'body', { body: JSON.stringify('x'.repeat(LONGEST - 2)) })).status, 200);
  });

  it('404 and 405 for another route and another method', async () => {
    assert.equal(codeOf(await store.ask('GET', '../../nowhere')), 'no_route');
    const answer = await store.ask('POST', 'any', { body: '1' });
    assert.deepEqual([answer.status, codeOf(answer)], [405, 'bad_method']);
  });

  it('500 for a file that was edited to garbage, with its name but not its content; PUT repairs it', async () => {
    writeFileSync(join(store.directory, 'garbage.json'), '{"password": "hunter2"');
    const answer = await store.ask('GET', 'garbage');
    assert.deepEqual([answer.status, codeOf(answer)], [500, 'damaged']);
    assert.ok(answer.text.includes(join(store.directory, 'garbage.json')));
    assert.doesNotMatch(answer.text + store.logged(), /hunter2/);
    assert.equal((await store.ask('PUT', 'garbage', { body: '1' })).status, 200);
  });
});

/** Sends a request line unchanged. HTTP clients would normalise it. */
async function raw(url: string, method: string, target: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const body = method === 'PUT' ? '1' : '';
  const head = `${method} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${key}\r\n`;
  socket.write(`${head}${body === '' ? '' : 'content-type: application/json\r\ncontent-length: 1\r\n'}\r\n${body}`);
  return text(socket);
}
