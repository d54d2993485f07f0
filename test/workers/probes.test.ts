import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveProbes } from '../../workers/probes.ts';

describe('serveProbes({ address, metricsUrl, whyNotReady })', () => {
  const servers: Server[] = [];
  let reason: string | undefined;

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(metricsUrl: string, address = '127.0.0.1:0'): Promise<string> {
    const server = await serveProbes({ address, metricsUrl, whyNotReady: () => reason });
    servers.push(server);
    const { port, family, address: host } = server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
  }

  async function runtime(): Promise<string> {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end('temporal_x 1\n');
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  }

  it('is healthy as soon as it answers, and ready when nothing speaks against it', async () => {
    const url = await serve('');
    reason = 'it is starting';
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    const notReady = await fetch(`${url}/readyz`);
    assert.deepEqual([notReady.status, await notReady.text()], [503, 'it is starting\n']);
    reason = undefined;
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
  });

  it('passes the metrics of the runtime on, with their type', async () => {
    const metrics = await fetch(`${await serve(await runtime())}/metrics`);
    assert.equal(metrics.headers.get('content-type'), 'text/plain; version=0.0.4');
    assert.equal(await metrics.text(), 'temporal_x 1\n');
  });

  it('answers 503 while the runtime does not answer, 404 for other paths, 405 for other methods', async () => {
    const url = await serve('http://127.0.0.1:1/metrics');
    assert.equal((await fetch(`${url}/metrics`)).status, 503);
    assert.equal((await fetch(`${url}/healthz/x`)).status, 404);
    assert.equal((await fetch(`${url}/healthz`, { method: 'POST', body: 'x' })).status, 405);
  });

  it('listens on an IPv6 address, and rejects an address that is taken', async () => {
    const url = await serve('', '[::1]:0');
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    await assert.rejects(serve('', url.slice('http://'.length)), /EADDRINUSE/);
  });
});
