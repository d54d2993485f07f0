import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { waitFor } from '../integration/wait-for.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';

/** A client of the proxy, with the received bytes. */
interface Peer {
  socket: Socket;
  received: () => Buffer;
  /** How the connection ended: `end`, or the code of the error; undefined while it is open. */
  ended: () => string | undefined;
}

describe('startFaultProxy(target, rewrite)', function () {
  this.timeout(60_000);
  let echo: Server;
  let proxy: FaultProxy;
  /** The server's sides of the connections, in the order of their arrival, and all received bytes. */
  const serverSides: Socket[] = [];
  let atServer = Buffer.alloc(0);

  beforeEach(async () => {
    atServer = Buffer.alloc(0);
    echo = createServer((socket) => {
      serverSides.push(socket);
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        atServer = Buffer.concat([atServer, chunk]);
        socket.write(chunk);
      });
    });
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    const { port } = echo.address() as AddressInfo;
    proxy = await startFaultProxy({ host: '127.0.0.1', port }, { from: 'there', to: 'hello' });
  });

  afterEach(async () => {
    await proxy.close();
    assert.equal(proxy.openConnections, 0, 'a closed proxy has no connections');
    for (const socket of serverSides.splice(0)) socket.destroy();
    await once(echo.close(), 'close');
  });

  async function open(): Promise<Peer> {
    const socket = connect(proxy.port, '127.0.0.1');
    let received = Buffer.alloc(0);
    let ended: string | undefined;
    socket.on('data', (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
    socket.on('end', () => (ended ??= 'end'));
    socket.on('error', (error: NodeJS.ErrnoException) => (ended ??= error.code));
    await once(socket, 'connect');
    return { socket, received: () => received, ended: () => ended };
  }

  const receives = (peer: Peer, expected: Buffer | string) =>
    waitFor(`${expected.length} bytes`, () => peer.received().equals(Buffer.from(expected)));
  const ends = (peer: Peer) => waitFor('the end of the connection', () => peer.ended());

  async function echoes(peer: Peer, content: Buffer | string = 'again'): Promise<void> {
    const before = peer.received();
    peer.socket.write(content);
    await receives(peer, Buffer.concat([before, Buffer.from(content)]));
  }

  it('passes bytes both ways, and the end of each side', async () => {
    const peer = await open();
    const content = randomBytes(1_000_000);
    await echoes(peer, content);
    assert.deepEqual(proxy.counts, { connections: 1, toServer: 1_000_000, toClient: 1_000_000 });
    peer.socket.end();
    assert.equal(await ends(peer), 'end');
    await waitFor('the connection to be closed', () => proxy.openConnections === 0);
  });

  it('rewrites an address in the server’s bytes', async () => {
    const peer = await open();
    peer.socket.write('over there');
    await receives(peer, 'over hello');
    assert.equal(atServer.toString(), 'over there');
  });

  it('latency: no byte arrives too early, and none is lost', async () => {
    const peer = await open();
    await proxy.latency(100);
    const sentAt = performance.now();
    await echoes(peer, 'slow');
    assert.ok(performance.now() - sentAt >= 190, 'both ways, minus the rounding of timers');
    await proxy.pass();
    await echoes(peer);
  });

  it('latency in one direction does not affect the other, and ends with the next verb', async () => {
    const peer = await open();
    await proxy.latency(3_600_000, 'toClient');
    peer.socket.write('late');
    await waitFor('the bytes at the server', () => atServer.toString() === 'late');
    assert.equal(peer.received().length, 0);
    await proxy.pass();
    await receives(peer, 'late');
  });

  it('bandwidth: only a part has arrived in a short time', async () => {
    const peer = await open();
    const content = randomBytes(100_000);
    await proxy.bandwidth(20_000, 'toServer');
    const sentAt = performance.now();
    peer.socket.write(content);
    await waitFor('a first part', () => atServer.length > 0);
    await waitFor('another part', () => atServer.length >= 10_000);
    assert.ok(performance.now() - sentAt >= (10_000 / 20_000) * 1_000 * 0.9);
    assert.ok(atServer.length < content.length || performance.now() - sentAt >= 4_500);
    await proxy.pass();
    await receives(peer, content);
  });

  it('slices: all bytes arrive, in order, in pieces of that size', async () => {
    const peer = await open();
    await proxy.slices(1);
    const content = randomBytes(3_000);
    await echoes(peer, content);
    assert.deepEqual([proxy.counts.toServer, proxy.counts.toClient], [3_000, 3_000]);
  });

  it('hold: keeps everything back, including the end, until the next verb', async () => {
    const peer = await open();
    await echoes(peer, 'first');
    await proxy.hold('toServer');
    peer.socket.end(' second');
    const other = await open();
    other.socket.write('third');
    await waitFor('the second connection to open', () => proxy.openConnections === 2);
    assert.equal(atServer.toString(), 'first');
    await proxy.pass();
    await receives(peer, 'first second');
    await receives(other, 'third');
    assert.equal(await ends(peer), 'end');
  });

  it('cut: resets open connections and refuses new ones, until the next verb', async () => {
    const peer = await open();
    await echoes(peer);
    await proxy.cut();
    assert.equal(await ends(peer), 'ECONNRESET');
    await waitFor('the server to have lost it too', () => serverSides[0]?.destroyed);
    await assert.rejects(open(), { code: 'ECONNREFUSED' });
    const { port } = proxy;
    await proxy.pass();
    assert.equal(proxy.port, port);
    await echoes(await open());
  });

  it('halfOpen: accepts and swallows, and neither answers nor closes', async () => {
    const old = await open();
    await echoes(old, 'before');
    await proxy.halfOpen();
    const peer = await open();
    for (const { socket } of [old, peer]) socket.write('lost');
    serverSides[0]?.write('unheard');
    old.socket.end();
    await waitFor('both to be swallowed', () => old.socket.bytesWritten === 10 && peer.socket.bytesWritten === 4);
    await waitFor('both to be deaf', () => proxy.deafConnections === 2);
    await proxy.pass();
    await echoes(await open(), 'after');
    assert.equal(atServer.toString(), 'beforeafter');
    for (const one of [old, peer]) {
      assert.equal(one.ended(), undefined);
      assert.equal(one.received().includes('unheard'), false);
    }
    peer.socket.destroy();
    assert.equal(serverSides[0]?.destroyed, false, 'the server does not notice the end');
  });

  it('dropAnswer: the request arrives, its answer does not, and the next one does', async () => {
    const peer = await open();
    await proxy.dropAnswer();
    peer.socket.write('request');
    assert.equal(await ends(peer), 'ECONNRESET');
    assert.equal(atServer.toString(), 'request');
    assert.equal(peer.received().length, 0);
    await echoes(await open());
  });

  it('cutAfter: the bytes arrive, and then the connection is reset', async () => {
    const peer = await open();
    await proxy.cutAfter(1_000, 'toServer');
    peer.socket.write(randomBytes(5_000));
    assert.equal(await ends(peer), 'ECONNRESET');
    await waitFor('the server to have lost it too', () => serverSides[0]?.destroyed);
    assert.equal(atServer.length, 1_000);
    await echoes(await open());
  });

  it('resets the client if the server refuses', async () => {
    await proxy.close();
    const nobody = createServer();
    await once(nobody.listen(0, '127.0.0.1'), 'listening');
    const { port } = nobody.address() as AddressInfo;
    await once(nobody.close(), 'close');
    proxy = await startFaultProxy({ host: '127.0.0.1', port });
    assert.equal(await ends(await open()), 'ECONNRESET');
  });
});
