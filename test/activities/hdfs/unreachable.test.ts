import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import { isHdfsError } from '../../../activities/hdfs/error.ts';
import { silentLog } from '../../../common/log.ts';

/** A route may disappear during a request. The kernel then reports EHOSTUNREACH for a read, not for a connect (tcp(7), icmp errors). */
describe('createHdfs, when the route to a NameNode disappears', () => {
  const server = createServer();
  let mine: Socket[];
  let url: string;
  let asked: string[];
  const keep = (message: unknown): void => void mine.push((message as { socket: Socket }).socket);

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        asked.push(chunk.toString().split(' ', 1).join());
        for (const own of mine) own.destroy(lostRoute('read'));
      });
    });
  });
  after(() => server.close());
  beforeEach(() => {
    mine = [];
    asked = [];
    subscribe('net.client.socket', keep);
  });
  afterEach(() => unsubscribe('net.client.socket', keep));

  const lostRoute = (syscall: string): Error =>
    Object.assign(new Error(`${syscall} EHOSTUNREACH`), { code: 'EHOSTUNREACH', syscall });

  it('reports a sent change as lost, and does not send it again', async () => {
    const hdfs = createHdfs({ urls: [url, url], user: 'x', log: silentLog, patienceMs: 0 });
    for (const change of [() => hdfs.mkdirs('/a'), () => hdfs.rename('/a', '/b'), () => hdfs.remove('/a')]) {
      asked = [];
      await assert.rejects(change(), (error) => isHdfsError(error, 'lost'));
      assert.equal(asked.length, 1);
    }
  });

  it('retries a read', async () => {
    const hdfs = createHdfs({ urls: [url, url], user: 'x', log: silentLog, patienceMs: 0 });
    await assert.rejects(hdfs.status('/a'), (error) => isHdfsError(error, 'unavailable'));
    assert.deepEqual(asked, ['GET', 'GET']);
  });

  it('retries a change whose connection was never established', async () => {
    const hdfs = createHdfs({ urls: [url, url], user: 'x', log: silentLog, patienceMs: 0 });
    const refuse = (message: unknown): void =>
      void (message as { socket: Socket }).socket.destroy(lostRoute('connect'));
    subscribe('net.client.socket', refuse);
    try {
      await assert.rejects(hdfs.mkdirs('/a'), (error) => isHdfsError(error, 'unavailable'));
    } finally {
      unsubscribe('net.client.socket', refuse);
    }
    assert.equal(mine.length, 2);
    assert.deepEqual(asked, []);
  });
});
