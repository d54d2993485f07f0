import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import got from 'got';
import { siteHeaders } from '../../../infra/site-server/headers.ts';
import type { Site, SiteOptions } from '../../../infra/site-server/site.ts';
import { silentLog } from '../../../common/log.ts';

type Start = (options: SiteOptions) => Promise<Pick<Site, 'url' | 'stop'>>;

/** Tests for all servers of the site, also for the container. */
export function siteContract(start: Start): void {
  let directory = '';
  let site: Awaited<ReturnType<Start>>;

  before(async () => {
    directory = join(mkdtempSync(join(tmpdir(), 'chatlake-site-')), '사이트 1');
    mkdirSync(join(directory, 'day'), { recursive: true });
    mkdirSync(join(directory, 'empty'));
    writeFileSync(join(directory, 'index.html'), '<h1>안녕</h1>');
    writeFileSync(join(directory, 'day', 'index.html'), 'a day');
    writeFileSync(join(directory, 'day', 'data.json'), '{"a":1}');
    writeFileSync(join(directory, 'app.js'), 'export {};');
    writeFileSync(join(directory, 'app.css'), 'a{}');
    writeFileSync(join(directory, '.hidden'), 'secret');
    writeFileSync(join(directory, 'day', 'index.html.0c6f.tmp'), 'half a day');
    writeFileSync(join(directory, 'day', 'B.TMP'), 'half a day');
    writeFileSync(join(directory, '..', 'outside.txt'), 'outside');
    site = await start({ directory, port: 0, log: silentLog });
  });
  after(async () => {
    await site?.stop();
    rmSync(join(directory, '..'), { recursive: true, force: true });
  });

  const get = (path: string, init?: RequestInit) => fetch(`${site.url}${path}`, { redirect: 'manual', ...init });

  it('serves files with their types, and index.html for a directory', async () => {
    for (const [path, type, content] of [
      ['/', /^text\/html; *charset=utf-8$/i, '<h1>안녕</h1>'],
      ['/day/', /^text\/html; *charset=utf-8$/i, 'a day'],
      ['/day/data.json', /^application\/json/, '{"a":1}'],
      ['/app.js?v=1', /^(text|application)\/javascript/, 'export {};'],
      ['/app.css', /^text\/css/, 'a{}'],
      ['/healthz', /^text\/plain/, 'ok\n'],
      ['/readyz', /^text\/plain/, 'ready\n'],
    ] as const) {
      const response = await get(path);
      assert.equal(response.status, 200, path);
      assert.match(response.headers.get('content-type') ?? '', type);
      assert.equal(await response.text(), content);
    }
  });

  it('is not ready while it has no page, and healthy all the same', async () => {
    const page = join(directory, 'index.html');
    renameSync(page, `${page}.tmp`);
    const response = await get('/readyz');
    assert.deepEqual([response.status, await response.text()], [503, 'No page has been published yet.\n']);
    assert.equal(response.headers.get('content-security-policy'), siteHeaders['Content-Security-Policy']);
    assert.equal((await get('/healthz')).status, 200);
    renameSync(`${page}.tmp`, page);
    assert.equal((await get('/readyz')).status, 200);
  });

  it('serves a thousand readers at once', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const response = await get('/day/', { headers: { connection: 'close' } });
        await response.text();
        return response.status;
      }),
    );
    assert.deepEqual(new Set(statuses), new Set([200]));
  });

  it('answers immediately for a pipe or a socket in the site', async () => {
    mkdirSync(join(directory, 'piped-index'));
    for (const pipe of ['pipe', 'piped-index/index.html']) execFileSync('mkfifo', [join(directory, pipe)]);
    const socket = createServer().listen(join(directory, 'socket'));
    await once(socket, 'listening');
    for (const path of ['pipe', 'piped-index/', 'socket']) {
      const response = await get(`/${path}`, { signal: AbortSignal.timeout(5_000) });
      assert.ok(response.status >= 400, `${path} is answered ${response.status}`);
      assert.equal(response.headers.get('content-security-policy'), siteHeaders['Content-Security-Policy']);
      await response.arrayBuffer();
    }
    socket.close();
  });

  it('sends the security headers with every answer, also with errors', async () => {
    for (const [path, init, status] of [
      ['/', {}, 200],
      ['/', { method: 'HEAD' }, 200],
      ['/healthz', {}, 200],
      ['/nowhere', {}, 404],
      ['/nowhere/else', { method: 'HEAD' }, 404],
      ['/', { method: 'POST', body: 'x' }, 405],
      ['/day', {}, 301],
    ] as const) {
      const response = await get(path, init);
      assert.equal(response.status, status, `${JSON.stringify(init)} ${path}`);
      for (const [name, value] of Object.entries(siteHeaders))
        assert.equal(response.headers.get(name), value, `${name} of ${path}`);
      await response.arrayBuffer();
    }
  });

  it('accepts GET and HEAD only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const response = await get('/index.html', { method });
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'], method);
      await response.arrayBuffer();
    }
    assert.equal(await (await get('/', { method: 'HEAD' })).text(), '');
  });

  it('answers 304 to the ETag of the current file, and sends a new file after it was published', async () => {
    const etag = (await get('/day/')).headers.get('etag') ?? '';
    assert.notEqual(etag, '');
    // Not with `fetch`, which bypasses caches if a request has a condition.
    const ask = () => got(`${site.url}/day/`, { headers: { 'if-none-match': etag }, throwHttpErrors: false });
    assert.equal((await ask()).statusCode, 304);
    writeFileSync(join(directory, 'day', 'index.html'), 'the same day, later');
    const next = await ask();
    assert.deepEqual([next.statusCode, next.body], [200, 'the same day, later']);
  });

  it('lists no directory, and serves no file that is hidden or outside', async () => {
    const listed = await get('/empty/');
    assert.ok([403, 404].includes(listed.status), String(listed.status));
    assert.doesNotMatch(await listed.text(), /index of/i);
    assert.equal((await get('/.hidden')).status, 404);
    for (const target of ['/../outside.txt', '/%2e%2e/outside.txt', '/day/..%2f..%2foutside.txt', '/%zz']) {
      const answer = await raw(site.url, target);
      assert.match(answer, /^HTTP\/1\.1 (400|403|404) /, target);
      assert.doesNotMatch(answer, /outside$/);
    }
  });

  it('serves no file that is being written', async () => {
    for (const path of [
      '/day/index.html.0c6f.tmp',
      '/day/index.html.0c6f.t%6dp',
      '/day//index.html.0c6f.tmp',
      '/day/B.TMP',
    ]) {
      const answer = await raw(site.url, path);
      assert.match(answer, /^HTTP\/1\.1 (403|404) /, path);
      assert.doesNotMatch(answer, /half a day/);
    }
  });

  it('follows no link, neither to the outside nor to the inside', async () => {
    mkdirSync(join(directory, '..', 'elsewhere'));
    writeFileSync(join(directory, '..', 'elsewhere', 'index.html'), 'outside');
    mkdirSync(join(directory, 'linked-index'));
    for (const [target, link] of [
      ['../outside.txt', 'file.txt'],
      ['../elsewhere', 'directory'],
      ['../../elsewhere/index.html', 'linked-index/index.html'],
      [join(directory, '..', 'outside.txt'), 'absolute.txt'],
      ['day', 'newest'],
    ] as const)
      symlinkSync(target, join(directory, link));
    for (const path of ['/file.txt', '/directory/', '/directory/index.html', '/linked-index/', '/absolute.txt']) {
      const response = await get(path);
      assert.ok([403, 404].includes(response.status), `${path} is answered ${response.status}`);
      assert.doesNotMatch(await response.text(), /outside/);
      assert.equal(response.headers.get('content-security-policy'), siteHeaders['Content-Security-Policy']);
    }
    assert.ok([403, 404].includes((await get('/newest/data.json')).status));
  });
}

/** Tests for the servers that run in the directory of the site itself. */
export function launchedSiteContract(start: Start): void {
  let place = '';
  let directory = '';
  before(() => {
    place = mkdtempSync(join(tmpdir(), 'chatlake-site-'));
    directory = join(place, 'site');
    mkdirSync(directory);
    writeFileSync(join(directory, 'index.html'), 'the site');
  });
  after(() => rmSync(place, { recursive: true, force: true }));

  it('serves a site that is a link, also after the link was switched', async () => {
    const link = join(directory, '..', 'current');
    for (const [target, content] of [
      ['first', 'one'],
      ['second', 'two'],
    ] as const) {
      mkdirSync(join(directory, '..', target));
      writeFileSync(join(directory, '..', target, 'index.html'), content);
    }
    symlinkSync('first', link);
    const switched = await start({ directory: link, port: 0, log: silentLog });
    try {
      assert.equal(await (await fetch(switched.url)).text(), 'one');
      rmSync(link);
      symlinkSync('second', link);
      assert.equal(await (await fetch(switched.url)).text(), 'two');
    } finally {
      await switched.stop();
    }
  });

  it('uses the next free port if its own is taken, and logs it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const said: string[] = [];
    const other = await start({ directory, port, log: { ...silentLog, warn: (message) => said.push(message) } });
    try {
      assert.ok(Number(new URL(other.url).port) > port);
      assert.equal((await fetch(other.url)).status, 200);
      assert.match(said.join(), new RegExp(`^port ${port} is taken by another program; the site is on \\d+$`));
    } finally {
      await other.stop();
      taken.close();
    }
    await assert.rejects(fetch(other.url));
  });
}

/** Sends a target unchanged. HTTP clients would normalise it. */
async function raw(url: string, target: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  return text(socket);
}
