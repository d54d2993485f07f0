import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const PROGRAM = join(import.meta.dirname, '../../../infra/docker/healthcheck.ts');

describe('the health check of the images', () => {
  const check = async (url: string): Promise<{ code: number; stderr: string }> => {
    const child = spawn(process.execPath, [PROGRAM, url], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [stderr, [code]] = (await Promise.all([text(child.stderr), once(child, 'close')])) as [string, [number]];
    return { code, stderr };
  };

  it('succeeds for an answer, and fails for an error and for silence', async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/ok' ? 204 : 503).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.deepEqual(await check(`${url}/ok`), { code: 0, stderr: '' });
    assert.deepEqual(await check(`${url}/no`), { code: 1, stderr: `Expected ${url}/no to answer, got status 503.\n` });
    server.close();
    await once(server, 'close');
    assert.equal((await check(`${url}/ok`)).code, 1);
    assert.equal((await check('nonsense')).code, 1);
  });
});
