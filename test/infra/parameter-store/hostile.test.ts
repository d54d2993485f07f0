import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../common/log.ts';
import { startParameterStore } from '../../../infra/parameter-store/server.ts';
import type { ParameterStore, ParameterStoreOptions } from '../../../infra/parameter-store/server.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { encryptionKey, key } from './running-store.ts';

describe('a parameter store among hostile clients', function () {
  this.timeout(60_000);
  let directory: string;
  let store: ParameterStore;
  const sockets: Socket[] = [];

  async function start(more: Partial<ParameterStoreOptions> = {}): Promise<ParameterStore> {
    return startParameterStore({ directory, key, encryptionKey, host: '127.0.0.1', port: 0, log: silentLog, ...more });
  }

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'chatlake-hostile-'));
    store = await start();
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await store.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const port = () => Number(new URL(store.url).port);
  const authorization = `Bearer ${key}`;

  async function open(text = ''): Promise<Socket> {
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  }

  /** Everything that the store answers to these bytes, until it closes the connection. */
  async function answerTo(text: string): Promise<string> {
    const socket = await open(text);
    let answer = '';
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    await once(socket, 'close');
    return answer;
  }

  function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: port(), path, headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (data: Buffer) => (text += data.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  const put = (path: string, body: string, bearer = key): Promise<Response> =>
    fetch(`${store.url}/v1/parameters/${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body,
    });

  for (const [what, text] of [
    ['sends no byte', ''],
    ['sends half of the headers', 'GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx'],
    [
      'sends half of the body',
      `PUT /v1/parameters/a HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n[1,`,
    ],
  ] as const) {
    it(`stops although a client ${what}`, async () => {
      await open(text);
      await store.stop();
    });

    it(`closes the connection of a client that ${what}`, async () => {
      const socket = await open(text);
      socket.resume();
      await once(socket, 'close');
    });
  }

  it('serves a client with the key while 1,100 others drip', async () => {
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write('x');
    }, 200);
    try {
      for (let count = 0; count < 1_100; count++) await open('GET / HTTP/1.1\r\nx: ');
      assert.equal((await put('config/a', '1')).status, 201);
      assert.equal((await get('/v1/parameters/config/a', { authorization })).status, 200);
      const living = () => sockets.filter(({ destroyed }) => !destroyed).length;
      await waitFor('the oldest strangers to be closed', () => living() <= 300);
    } finally {
      clearInterval(drip);
    }
  });

  it('reads no body of a client without the key, and closes its connection', async () => {
    const head =
      'PUT /v1/parameters/a HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n';
    const before = process.memoryUsage().rss;
    const answers = await Promise.all(Array.from({ length: 200 }, () => answerTo(`${head}${'1'.repeat(500_000)}`)));
    for (const answer of answers) assert.match(answer, /^(HTTP\/1\.1 (401|429) [^]*|)$/);
    assert.ok(answers.some((answer) => answer.includes('"code":"unauthorized"')));
    assert.ok(process.memoryUsage().rss - before < 200_000_000);
  });

  for (const [what, text, status] of [
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000', 400],
    ['too many headers', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    ['two lengths', 'PUT /v1/parameters/a HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n1', 400],
    [
      'a length and chunks',
      'PUT /v1/parameters/a HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1',
      400,
    ],
    ['a negative length', 'PUT /v1/parameters/a HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n', 400],
    ['a line end in a header', 'GET / HTTP/1.1\r\nhost: a\nb: c\r\r\n\r\n', 400],
  ] as const) {
    it(`answers ${what} with ${status}, in the shape and with the headers of all errors`, async () => {
      const answer = await answerTo(text);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(answer, /\r\ncontent-type: application\/json/i);
      assert.match(answer, /\r\ncache-control: no-store/i);
      const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { error: { message: string } };
      assert.match(error.message, /^Expected /);
    });
  }

  for (const [host, status] of [
    ['rebound.example', 421],
    ['rebound.example:8180', 421],
    ['127.0.0.1.nip.example', 421],
    ['evil.localhost.example', 421],
    ['svc.example', 421],
    ['127.0.0.1:8180', 200],
    ['[::1]:8180', 200],
    ['localhost:8180', 200],
    ['parameter-store:8180', 200],
    ['parameter-store.chatlake.svc.cluster.local', 200],
  ] as const) {
    it(`answers ${status} to the Host \`${host}\``, async () => {
      for (const path of ['/healthz', '/v1/parameters'])
        assert.equal((await get(path, { host, authorization })).status, status, path);
    });
  }

  it('takes further names of its own', async () => {
    await store.stop();
    store = await start({ hosts: ['store.example'] });
    assert.equal((await get('/healthz', { host: 'store.example' })).status, 200);
    assert.equal((await get('/healthz', { host: 'a.store.example' })).status, 421);
  });

  it('writes secrets under one spelling only', async () => {
    for (const path of ['Secrets/a', 'SECRETS/a', 'sEcrets/twitch/a']) {
      const answer = await put(path, '"token"');
      assert.equal(answer.status, 400, path);
      assert.match(await answer.text(), /instead of `secrets`/);
    }
    assert.equal((await put('secretsofthesea', '1')).status, 201);
  });

  it('tells nobody its directory', async () => {
    rmSync(directory, { recursive: true });
    const { status, text } = await get('/healthz');
    assert.equal(status, 503);
    assert.ok(!text.includes(directory) && !text.includes('chatlake-hostile'), text);
  });

  it('refuses a second store on its directory, and is not disturbed', async () => {
    await assert.rejects(start(), /Expected no other parameter store to use .*hostile/);
    assert.equal((await put('a', '1')).status, 201);
    await store.stop();
    store = await start();
    assert.equal((await get('/v1/parameters/a', { authorization })).text.trim(), '1');
  });

  it('leaves its directory free for another if it cannot start', async () => {
    await store.stop();
    await assert.rejects(start({ tls: { cert: 'no certificate', key: 'no key' } }));
    await assert.rejects(start({ host: '192.0.2.1' }), /EADDRNOTAVAIL/);
    store = await start();
  });

  describe('with keys of single clients', () => {
    const loader = { name: 'loader', key: 'the-key-of-the-loader', read: ['config/opt-out'], write: ['status/load'] };

    beforeEach(async () => {
      await store.stop();
      store = await start({ otherKeys: [loader] });
      for (const path of ['config/opt-out', 'config/other', 'secrets/twitch/a', 'status/load']) await put(path, '1');
    });

    const as = (path: string) => get(`/v1/parameters/${path}`, { authorization: `Bearer ${loader.key}` });

    it('opens what the key may read and write, and nothing else', async () => {
      assert.equal((await as('config/opt-out')).status, 200);
      assert.equal((await put('status/load', '2', loader.key)).status, 200);
      for (const path of ['config/other', 'secrets/twitch/a', 'status/load', 'none']) {
        const { status, text } = await as(path);
        assert.deepEqual([status, /that of loader, which may not/.test(text)], [403, true], path);
      }
      for (const path of ['config/opt-out', 'status/other', 'secrets/twitch/a'])
        assert.equal((await put(path, '2', loader.key)).status, 403, path);
      const gone = await fetch(`${store.url}/v1/parameters/config/opt-out`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${loader.key}` },
      });
      assert.equal(gone.status, 403);
    });

    it('lists only what the key may read', async () => {
      const { text } = await get('/v1/parameters', { authorization: `Bearer ${loader.key}` });
      assert.deepEqual(JSON.parse(text), { paths: ['config/opt-out'] });
    });

    it('refuses short keys, and one key for two', async () => {
      const other = (more: object) => start({ otherKeys: [{ ...loader, ...more }] });
      await assert.rejects(other({ key: 'short' }), /key of loader to have at least 16 characters, found 5/);
      await assert.rejects(other({ key }), /loader has that of another/);
    });
  });

  it('encrypts secrets with a new key at its start, and then no longer needs the old one', async () => {
    const file = join(directory, 'secrets', 'twitch', 'a.json');
    await put('secrets/twitch/a', '"token"');
    const before = readFileSync(file, 'utf8');
    await store.stop();
    const newKey = Buffer.alloc(32, 'n');
    store = await start({ encryptionKey: newKey, oldEncryptionKeys: [encryptionKey] });
    assert.notEqual(readFileSync(file, 'utf8'), before);
    await store.stop();
    store = await start({ encryptionKey: newKey });
    assert.equal((await get('/v1/parameters/secrets/twitch/a', { authorization })).text.trim(), '"token"');
  });

  it('keeps a secret that no key opens, and says so when it is read', async () => {
    const file = join(directory, 'secrets', 'a.json');
    await put('secrets/a', '"token"');
    const before = readFileSync(file, 'utf8');
    await store.stop();
    store = await start({ encryptionKey: Buffer.alloc(32, 'n'), oldEncryptionKeys: [Buffer.alloc(32, 'o')] });
    assert.equal((await get('/v1/parameters/secrets/a', { authorization })).status, 500);
    assert.equal(readFileSync(file, 'utf8'), before);
  });
});
