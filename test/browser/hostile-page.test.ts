import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import got from 'got';
import { Client, Connection } from '@temporalio/client';
import { createHdfs } from '../../activities/hdfs/client.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { silentLog } from '../../common/log.ts';
import { hdfs as hdfsServer, SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { openNeighbour, openRebound, postForm, shoot } from './neighbour.ts';
import type { Neighbour, Shot } from './neighbour.ts';

describe('a web page in a browser on the same machine', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let neighbour: Neighbour;
  before(async () => {
    neighbour = await openNeighbour();
  });
  after(() => neighbour.close());

  describe('beside HDFS', () => {
    const root = `/test-browser-${randomUUID()}`;
    let url: string;
    let hdfs: Hdfs;
    before(async function () {
      this.timeout(SERVERS_TIMEOUT_MS);
      const server = await hdfsServer();
      url = server.url;
      hdfs = createHdfs({ urls: [url], user: server.user, log: silentLog });
    });
    after(() => hdfs.remove(root, { recursive: true }));

    const at = (base: string, path: string, op: string) => `${base}/webhdfs/v1${root}/${path}?op=${op}&user.name=hdfs`;
    const truncate = (base: string): Shot => ({
      url: at(base, 'file', 'TRUNCATE&newlength=0'),
      method: 'POST',
      mode: 'no-cors',
    });
    const unharmed = async () => {
      assert.equal(await hdfs.readText(`${root}/file`), 'hello');
      assert.deepEqual(
        (await hdfs.list(root)).map(({ path }) => path),
        [`${root}/file`],
      );
    };
    beforeEach(async () => {
      await hdfs.remove(root, { recursive: true });
      await hdfs.writeText(`${root}/file`, 'hello', { createParent: true });
    });

    it('cannot truncate a file by a request that needs no CORS permission', async () => {
      for (const headers of [{}, { 'content-type': 'text/plain' }])
        for (const mode of ['no-cors', 'cors'] as const)
          await shoot(neighbour.page, { ...truncate(url), mode, headers, body: 'x' });
      await unharmed();
    });

    it('cannot truncate a file by a form', async () => {
      await postForm(neighbour.page, at(url, 'file', 'TRUNCATE&newlength=0'), { a: 'b' });
      await unharmed();
    });

    it('cannot remove, rename or create anything, neither cross-origin nor after DNS rebinding', async () => {
      const rebound = await openRebound(neighbour, url);
      const base = new URL(rebound.url()).origin;
      const changes = [
        ['DELETE', 'file', 'DELETE'],
        ['PUT', 'file', `RENAME&destination=${root}/other`],
        ['PUT', 'directory', 'MKDIRS'],
        ['PUT', 'new', 'CREATE&overwrite=true&noredirect=true'],
        ['POST', 'file', 'TRUNCATE&newlength=0'],
        ['POST', 'file', 'APPEND'],
      ] as const;
      for (const [method, path, op] of changes) {
        await shoot(neighbour.page, { url: at(url, path, op), method, mode: 'cors' });
        const answer = await shoot(rebound, { url: at(base, path, op), method, mode: 'same-origin' });
        assert.equal(answer, '400', `${op} after DNS rebinding`);
      }
      await unharmed();
    });

    it('cannot write through a DataNode', async () => {
      const location = await dataNodeOf(at(url, 'new', 'CREATE'));
      await shoot(neighbour.page, { url: location, method: 'PUT', mode: 'cors', body: 'x' });
      const rebound = await openRebound(neighbour, new URL(location).origin);
      const there = location.replace(new URL(location).origin, new URL(rebound.url()).origin);
      const answer = await shoot(rebound, { url: there, method: 'PUT', mode: 'same-origin', body: 'x' });
      assert.notEqual(answer, '201');
      const append = await dataNodeOf(at(url, 'file', 'APPEND'), 'POST');
      await shoot(neighbour.page, { url: append, method: 'POST', mode: 'no-cors', body: 'x' });
      await unharmed();
    });
  });

  describe('beside Temporal', () => {
    let address: string;
    let client: Client;
    let ports: number[];
    before(async function () {
      this.timeout(SERVERS_TIMEOUT_MS);
      ({ address } = await temporal());
      client = new Client({ connection: await Connection.connect({ address }) });
      ports = portsBeside(Number(address.split(':')[1]));
    });
    after(() => client.connection.close());

    const start = { workflowType: { name: 'x' }, taskQueue: { name: 'x' }, requestId: 'x' };
    const isStarted = (workflowId: string) =>
      client.workflow
        .getHandle(workflowId)
        .describe()
        .then(
          () => true,
          () => false,
        );

    it('cannot start a workflow at any port, neither cross-origin nor after DNS rebinding', async () => {
      assert.ok(ports.length >= 3, `expected gRPC, HTTP and UI among the ports, got ${ports.join(', ')}`);
      for (const port of ports) {
        const url = `http://127.0.0.1:${port}`;
        const path = (id: string) => `/api/v1/namespaces/default/workflows/${id}`;
        const body = JSON.stringify(start);
        const stranger = `stranger-${randomUUID()}`;
        await shoot(neighbour.page, { url: `${url}${path(stranger)}`, method: 'POST', mode: 'no-cors', body });
        assert.equal(await isStarted(stranger), false, `as a stranger at port ${port}`);
        const page = await openRebound(neighbour, url).catch(() => undefined);
        if (page === undefined) continue;
        const rebound = `rebound-${randomUUID()}`;
        const headers = { 'content-type': 'application/json' };
        const shot = { method: 'POST', mode: 'same-origin', body, headers } as const;
        await shoot(page, { ...shot, url: `${new URL(page.url()).origin}${path(rebound)}` });
        assert.equal(await isStarted(rebound), false, `after DNS rebinding at port ${port}`);
        await page.close();
      }
    });

    it('keeps its own page working', async () => {
      const { uiUrl } = (await temporal()) as unknown as { uiUrl: string };
      const workflowId = `shown-${randomUUID()}`;
      const handle = await client.workflow.start('x', { taskQueue: 'x', workflowId });
      const page = await neighbour.page.context().newPage();
      await page.goto(`${uiUrl}/namespaces/default/workflows`);
      await page.getByText(workflowId).first().waitFor();
      await page.close();
      await handle.terminate();
    });
  });
});

async function dataNodeOf(url: string, method: 'PUT' | 'POST' = 'PUT'): Promise<string> {
  const { headers } = await got(url, { method, followRedirect: false, throwHttpErrors: false });
  assert.ok(headers.location, `expected a redirection to a DataNode from ${url}`);
  return headers.location;
}

/** All ports of 127.0.0.1 that the process behind this port listens on. */
function portsBeside(port: number): number[] {
  const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  const listening = lines
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A')
    .map((fields) => ({ port: parseInt(fields[1]?.split(':')[1] ?? '', 16), socket: `socket:[${fields[9]}]` }));
  const ofPort = listening.find((it) => it.port === port)?.socket;
  const holder = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && socketsOf(pid).includes(ofPort ?? ''));
  assert.ok(holder, `expected a process that listens on ${port}`);
  const sockets = socketsOf(holder);
  return listening.filter(({ socket }) => sockets.includes(socket)).map((it) => it.port);
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
