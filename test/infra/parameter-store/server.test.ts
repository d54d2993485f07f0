import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startParameterStore } from '../../../infra/parameter-store/server.ts';
import { silentLog } from '../../../common/log.ts';
import type { RunningStore } from './running-store.ts';
import { codeOf, encryptionKey, key, runningStore } from './running-store.ts';

describe('startParameterStore({ directory, key, encryptionKey, host, port, log })', () => {
  let store: RunningStore;
  before(async () => {
    store = await runningStore();
  });
  after(() => store.stop());

  describe('values', () => {
    it('are created, read, replaced and deleted, each with its status and version', async () => {
      const created = await store.ask('PUT', 'config/pipeline', { body: '{"a": 1}' });
      assert.equal(created.status, 201);
      const read = await store.ask('GET', 'config/pipeline');
      assert.deepEqual([read.status, read.text.trim()], [200, '{"a": 1}']);
      assert.match(read.headers.get('content-type') ?? '', /^application\/json/);
      assert.equal(read.headers.get('etag'), created.headers.get('etag'));
      assert.equal(read.headers.get('cache-control'), 'no-store');

      const replaced = await store.ask('PUT', 'config/pipeline', { body: '[]' });
      assert.equal(replaced.status, 200);
      assert.notEqual(replaced.headers.get('etag'), created.headers.get('etag'));
      assert.equal((await store.ask('GET', 'config/pipeline')).text.trim(), '[]');

      assert.equal((await store.ask('DELETE', 'config/pipeline')).status, 204);
      assert.equal(codeOf(await store.ask('GET', 'config/pipeline')), 'absent');
      assert.equal((await store.ask('DELETE', 'config/pipeline')).status, 404);
    });

    it('are returned as they were sent: any JSON, long numbers, any language', async () => {
      for (const value of ['null', '"안녕"', '12345678901234567890', '{"b":1,"a":{"__proto__":2}}', '[1.0]']) {
        await store.ask('PUT', 'any', { body: value });
        assert.equal((await store.ask('GET', 'any')).text.trim(), value);
      }
    });

    it('are files that only the owner can read, and that people can edit', async () => {
      await store.ask('PUT', 'by/hand', { body: '{"mine": true}' });
      const file = join(store.directory, 'by', 'hand.json');
      assert.equal(readFileSync(file, 'utf8'), '{"mine": true}\n');
      assert.equal(statSync(file).mode & 0o777, 0o600);
      writeFileSync(file, '{"mine": false}');
      assert.equal((await store.ask('GET', 'by/hand')).text, '{"mine": false}');
    });

    it('may have other values below their path', async () => {
      await store.ask('PUT', 'tree', { body: '1' });
      await store.ask('PUT', 'tree/branch', { body: '2' });
      assert.equal((await store.ask('GET', 'tree')).text.trim(), '1');
      assert.equal((await store.ask('GET', 'tree/branch')).text.trim(), '2');
    });
  });

  describe('lists', () => {
    it('contain the paths with the prefix, sorted, and no other files', async () => {
      for (const path of ['list/b', 'list/a/c', 'listed', 'secrets/list']) await store.ask('PUT', path, { body: '0' });
      writeFileSync(join(store.directory, 'list', '.hidden.json'), '0');
      writeFileSync(join(store.directory, 'list', 'notes.txt'), '');
      symlinkSync('/etc', join(store.directory, 'list', 'away'));
      const answer = await fetch(`${store.url}/v1/parameters?prefix=list`, {
        headers: { authorization: `Bearer ${key}` },
      });
      assert.deepEqual(await answer.json(), { paths: ['list/a/c', 'list/b', 'listed'] });
      const all = await fetch(`${store.url}/v1/parameters`, { headers: { authorization: `Bearer ${key}` } });
      assert.ok(((await all.json()) as { paths: string[] }).paths.includes('secrets/list'));
    });

    it('refuse a prefix that no path can have', async () => {
      for (const prefix of ['../', '/etc', 'a//b', 'a/../b', 'ä']) {
        const url = `${store.url}/v1/parameters?prefix=${encodeURIComponent(prefix)}`;
        const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
        assert.equal(response.status, 400, prefix);
        assert.match(await response.text(), /"code":"bad_prefix"/);
      }
    });
  });

  describe('without a key', () => {
    it('/docs shows the routes, and /healthz the state', async () => {
      assert.match(await (await fetch(`${store.url}/docs`)).text(), /<html/);
      const described = (await (await fetch(`${store.url}/docs/json`)).json()) as { paths: Record<string, unknown> };
      assert.deepEqual(Object.keys(described.paths).sort(), ['/healthz', '/v1/parameters', '/v1/parameters/{*}']);
      assert.deepEqual(await (await fetch(`${store.url}/healthz`)).json(), { status: 'ok' });
    });
  });

  it('refuses a short key, an encryption key of another length, and a port that is taken', async () => {
    const options = {
      directory: join(store.directory, 'another'),
      key,
      encryptionKey,
      host: '127.0.0.1',
      port: 0,
      log: silentLog,
    };
    await assert.rejects(startParameterStore({ ...options, key: 'short' }), /at least 16 characters, found 5/);
    await assert.rejects(startParameterStore({ ...options, encryptionKey: Buffer.alloc(31) }), /32 bytes, found 31/);
    await assert.rejects(startParameterStore({ ...options, port: Number(new URL(store.url).port) }), /EADDRINUSE/);
  });

  it('leaves no temporary file', () => {
    const scratches = readdirSync(store.directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.tmp'),
    );
    assert.deepEqual(scratches, []);
  });
});
