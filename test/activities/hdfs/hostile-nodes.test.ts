import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { HdfsError } from '../../../activities/hdfs/error.ts';
import type { HdfsErrorKind } from '../../../activities/hdfs/error.ts';
import { silentLog } from '../../../common/log.ts';
import { hdfs as hdfsServer, SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { drip, flood, startHostileServer } from '../hostile-server.ts';
import type { HostileServer } from '../hostile-server.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const BOMB = gzipSync(Buffer.alloc(128 * 1024 * 1024, ' '));

const dripping = (socket: Socket): void => {
  socket.write(`${OK}content-length: 1000\r\n\r\n`);
  drip(socket, 100);
};
const drippingHead = (socket: Socket): void => {
  socket.write(`${OK}x: `);
  drip(socket, 100, 'y');
};
const endless = (socket: Socket): void => {
  socket.write(`${OK}\r\n"`);
  flood(socket, 'a'.repeat(65_536));
};
const bomb = (socket: Socket): void => {
  socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${BOMB.length}\r\n\r\n`);
  socket.write(BOMB);
};

function json(socket: Socket, body: unknown, status = '200 OK'): void {
  const text = JSON.stringify(body);
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

describe('createHdfs beside hostile nodes', () => {
  let server: HostileServer | undefined;
  let scratch: string;
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'hdfs-hostile-'));
  });
  after(() => rm(scratch, { recursive: true, force: true }));
  afterEach(async () => server?.stop());

  const beside = async (answer: (socket: Socket, asked: string) => void, timeoutMs = 600): Promise<Hdfs> => {
    server = await startHostileServer(answer);
    return createHdfs({ urls: [server.url], user: 'hdfs', log: silentLog, timeoutMs, patienceMs: 1 });
  };
  const errorOf = async (work: Promise<unknown>): Promise<HdfsError> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof HdfsError, `expected an HdfsError, got ${String(error)}`);
    return error;
  };

  /** The error of each call if the NameNode's answer cannot be read. The first step of a write changes nothing. */
  const calls: [string, HdfsErrorKind, (hdfs: Hdfs) => Promise<unknown>][] = [
    ['status', 'unavailable', (hdfs) => hdfs.status('/a')],
    ['list', 'unavailable', (hdfs) => hdfs.list('/a')],
    ['readText', 'unavailable', (hdfs) => hdfs.readText('/a')],
    ['download', 'unavailable', (hdfs) => hdfs.download('/a', join(scratch, 'a'))],
    ['writeText', 'unavailable', (hdfs) => hdfs.writeText('/a', 'x', { createParent: true })],
    ['mkdirs', 'lost', (hdfs) => hdfs.mkdirs('/a')],
    ['rename', 'lost', (hdfs) => hdfs.rename('/a', '/b')],
    ['replace', 'lost', (hdfs) => hdfs.replace('/a', '/b')],
    ['remove', 'lost', (hdfs) => hdfs.remove('/a')],
  ];
  for (const [name, kind, call] of calls) {
    for (const [what, answer] of Object.entries({ dripping, drippingHead, endless })) {
      it(`${name}: aborts an answer that is ${what}`, async () => {
        const hdfs = await beside(answer);
        const startedAt = performance.now();
        const error = await errorOf(call(hdfs));
        assert.equal(error.kind, kind);
        assert.match(error.message, /(longer|more) than \d+ bytes|not (complete|there) after 600 ms/);
        assert.ok(performance.now() - startedAt < 3_000, 'after a few attempts of 600 ms');
        await waitFor('the connections to be broken off', async () => server?.open() === 0);
      });
    }

    it(`${name}: does not unpack a compression bomb`, async () => {
      const error = await errorOf(call(await beside(bomb)));
      assert.equal(error.kind, kind);
    });
  }

  describe('whose DataNode', () => {
    const statusWith = (length: unknown) => ({ FileStatus: { type: 'FILE', length, modificationTime: 0 } });
    const withData = (length: unknown, data: (socket: Socket) => void, timeoutMs?: number) =>
      beside((socket, asked) => {
        if (asked.includes('GETFILESTATUS') || asked.includes('getfilestatus')) return json(socket, statusWith(length));
        if (asked.includes(' /data')) return data(socket);
        socket.end(
          `HTTP/1.1 307 Temporary Redirect\r\nlocation: ${server?.url}/data\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        );
      }, timeoutMs);
    const reads: [string, (hdfs: Hdfs) => Promise<unknown>][] = [
      ['readText', (hdfs) => hdfs.readText('/a')],
      ['download', (hdfs) => hdfs.download('/a', join(scratch, 'a'))],
    ];
    for (const [name, read] of reads) {
      it(`sends more than the length of the file: ${name} aborts`, async () => {
        const error = await errorOf(read(await withData(1_000_000, endless)));
        assert.deepEqual([error.kind, error.retryable], ['broken', true]);
        await waitFor('the connection to be broken off', async () => server?.open() === 0);
        if (name === 'download') assert.ok((await stat(join(scratch, 'a'))).size <= 1_000_000);
      });
      it(`drips: ${name} aborts`, async () => {
        const error = await errorOf(read(await withData(1_000, dripping)));
        assert.deepEqual([error.kind, error.retryable], ['unavailable', true]);
      });
      it(`sends a compression bomb: ${name} aborts`, async () => {
        assert.equal((await errorOf(read(await withData(1_000, bomb)))).kind, 'broken');
      });
    }

    it('drips its answer to an upload: the outcome is unknown', async () => {
      const error = await errorOf((await withData(1, dripping)).writeText('/a', 'x', { createParent: true }));
      assert.equal(error.kind, 'lost');
    });

    it('has a text that is too large for memory: it is not requested', async () => {
      let asked = 0;
      const error = await errorOf((await withData(10 ** 12, () => (asked += 1))).readText('/a'));
      assert.deepEqual([error.kind, asked], ['invalid', 0]);
      assert.match(error.message, /at most 67108864 bytes/);
    });
  });

  for (const length of [-1, 1.5, 1e300, '7', null, undefined]) {
    it(`rejects a file status with length ${length}`, async () => {
      const hdfs = await beside((socket) =>
        json(socket, { FileStatus: { type: 'FILE', length, modificationTime: 0 } }),
      );
      assert.equal((await errorOf(hdfs.status('/a'))).kind, 'unavailable');
    });
  }

  for (const exception of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'x'.repeat(100_000)]) {
    it(`treats an exception named ${exception.slice(0, 20)} as unknown`, async () => {
      const body = { RemoteException: { exception, message: 'y'.repeat(100_000) } };
      const hdfs = await beside((socket) => json(socket, body, '403 Forbidden'));
      const error = await errorOf(hdfs.mkdirs('/a'));
      assert.equal(error.kind, 'lost');
      assert.ok(JSON.stringify(error.facts).length + error.message.length < 4_000);
    });
  }

  const page = (names: string[]) => ({
    DirectoryListing: {
      partialListing: {
        FileStatuses: {
          FileStatus: names.map((pathSuffix) => ({ pathSuffix, type: 'FILE', length: 1, modificationTime: 0 })),
        },
      },
      remainingEntries: 1,
    },
  });

  it('stops at a directory whose pages repeat', async () => {
    let turn = 0;
    const hdfs = await beside((socket) => json(socket, page(++turn % 2 === 0 ? ['a', 'b'] : ['c', 'd'])));
    assert.equal((await errorOf(hdfs.list('/a'))).kind, 'broken');
  });

  it('stops at an endless directory', async function () {
    this.timeout(120_000);
    let turn = 0;
    const hdfs = await beside((socket) => {
      const first = 10_000_000 + ++turn * 100_000;
      json(socket, page(Array.from({ length: 100_000 }, (_, at) => String(first + at))));
    }, 30_000);
    const error = await errorOf(hdfs.list('/a'));
    assert.deepEqual([error.kind, turn], ['invalid', 10]);
  });

  it('leaves a NameNode that drips for one that answers', async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    const { url, user } = await hdfsServer();
    server = await startHostileServer(dripping);
    const hdfs = createHdfs({ urls: [server.url, url], user, log: silentLog });
    const startedAt = performance.now();
    assert.equal((await hdfs.status('/'))?.type, 'DIRECTORY');
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs > 9_000 && tookMs < 15_000, `after ${Math.round(tookMs)} ms, where 10,000 are promised`);
  });
});
