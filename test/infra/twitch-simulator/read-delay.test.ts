import assert from 'node:assert/strict';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { ReadDelay } from '../../../infra/twitch-simulator/read-delay.ts';

describe('ReadDelay', () => {
  it('dates reads after a stall of the process to before the stall', async () => {
    const readDelay = new ReadDelay(Date.now);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    const read = once(socket, 'data').then(() => ({ atMs: Date.now(), sinceMs: readDelay.arrivedSinceMs }));
    client.write('JOIN');
    const stoodFromMs = Date.now();
    while (Date.now() < stoodFromMs + 300);
    const { atMs, sinceMs } = await read;
    assert.ok(sinceMs <= stoodFromMs && sinceMs > stoodFromMs - 10_000, `${sinceMs - stoodFromMs}`);
    assert.ok(atMs >= stoodFromMs + 300);
    client.destroy();
    server.close();
    readDelay.stop();
  });
});
