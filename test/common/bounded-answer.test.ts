import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import got from 'got';
import { AnswerError, boundedAnswer } from '../../common/bounded-answer.ts';
import type { AnswerBounds, AskOptions, BoundedAnswer } from '../../common/bounded-answer.ts';
import { waitFor } from '../integration/wait-for.ts';
import { drip, flood, startHostileServer } from '../activities/hostile-server.ts';
import type { HostileServer } from '../activities/hostile-server.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;
const CLOSE = 'connection: close\r\n';
const SMALL: AnswerBounds = { maxBytes: 1_000_000, maxMs: 1_500 };

const COMPRESS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };
const ZEROS = Buffer.alloc(100 * 1024 * 1024);
const BOMBS = Object.entries(COMPRESS).map(([coding, compress]) => ({
  coding,
  small: compress('hello'),
  bomb: compress(ZEROS),
}));

function sendWhole(socket: Socket, body: Buffer, headers = ''): void {
  socket.write(`${OK}${headers}content-length: ${body.length}\r\n\r\n`);
  socket.write(body);
}

describe('boundedAnswer(http, url, options, bounds)', () => {
  let server: HostileServer | undefined;
  afterEach(async () => server?.stop());

  const asking = async (
    answer: (socket: Socket, asked: string) => void,
    bounds: AnswerBounds = SMALL,
    options: AskOptions = {},
  ): Promise<BoundedAnswer> => {
    server = await startHostileServer(answer);
    return boundedAnswer(got, `${server.url}/`, options, bounds);
  };
  const faultOf = async (work: Promise<unknown>): Promise<AnswerError> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof AnswerError, `expected an AnswerError, got ${String(error)}`);
    return error;
  };

  it('returns status, headers and body for any status', async () => {
    const { status, headers, body } = await asking((socket) =>
      socket.write('HTTP/1.1 404 Not Found\r\nx-kind: none\r\ncontent-length: 5\r\n\r\nhello'),
    );
    assert.deepEqual([status, headers['x-kind'], body.toString()], [404, 'none', 'hello']);
  });

  it('accepts a body of exactly the limit, and refuses one more byte', async () => {
    const bounds = { maxBytes: 5, maxMs: 1_500 };
    assert.equal((await asking((socket) => sendWhole(socket, Buffer.from('hello')), bounds)).body.toString(), 'hello');
    await server?.stop();
    const { fault, message } = await faultOf(asking((socket) => sendWhole(socket, Buffer.from('hello!')), bounds));
    assert.deepEqual([fault, message], ['too-large', 'more than 5 bytes came']);
  });

  for (const { coding, small, bomb } of BOMBS) {
    it(`decompresses ${coding}, and counts the decompressed bytes`, async () => {
      const { body } = await asking((socket) => sendWhole(socket, small, `content-encoding: ${coding}\r\n`));
      assert.equal(body.toString(), 'hello');
      await server?.stop();
      const work = asking((socket) => sendWhole(socket, bomb, `content-encoding: ${coding}\r\n`));
      assert.equal((await faultOf(work)).fault, 'too-large');
    });
  }

  it('counts the decompressed bytes of all members of a gzip', async () => {
    const members = Buffer.concat([gzipSync('x'), COMPRESS.gzip(ZEROS)]);
    const { fault } = await faultOf(asking((socket) => sendWhole(socket, members, 'content-encoding: gzip\r\n')));
    assert.equal(fault, 'too-large');
  });

  it('decompresses one coding only: a chain of thousands takes no memory', async () => {
    const chain = `content-encoding: ${'gzip, '.repeat(2_000)}gzip\r\n`;
    const { message } = await faultOf(asking((socket) => sendWhole(socket, Buffer.from('x'), chain)));
    assert.match(message, /unrequested compression/);
  });

  const endless: [string, (socket: Socket) => void, AnswerError['fault'], RegExp][] = [
    ['an endless body', (s) => (s.write(`${OK}\r\n`), flood(s, 'a'.repeat(65_536))), 'too-large', /1000000 bytes/],
    [
      'an endless gzip of nothing',
      (s) => (s.write(`${OK}content-encoding: gzip\r\n\r\n`), flood(s, gzipSync(''))),
      'too-slow',
      /1500 ms/,
    ],
    ['endless headers', (s) => (s.write(OK), flood(s, 'a: b\r\n'.repeat(1_000))), 'broken', /Header overflow/],
    ['a header of 1 MB', (s) => s.write(`${OK}a: ${'x'.repeat(1_000_000)}\r\n\r\nbody`), 'broken', /Header overflow/],
    [
      'an endless status line',
      (s) => (s.write('HTTP/1.1 200 '), flood(s, 'x'.repeat(9_999))),
      'broken',
      /Header overflow/,
    ],
    [
      'an endless trailer',
      (s) => (s.write(`${CHUNKED}1\r\nx\r\n0\r\n`), flood(s, 'a: b\r\n'.repeat(1_000))),
      'broken',
      /Header overflow/,
    ],
    [
      'an endless chunk extension',
      (s) => (s.write(`${CHUNKED}1;`), flood(s, 'a=b;'.repeat(1_000))),
      'broken',
      /Chunk extensions overflow/,
    ],
    [
      'endless interim answers',
      (s) => flood(s, 'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n'.repeat(50)),
      'broken',
      /endless interim answers/,
    ],
    [
      'endless 100 Continue',
      (s) => flood(s, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50)),
      'broken',
      /endless interim answers/,
    ],
    [
      'a slow body',
      (s) => (s.write(`${OK}content-length: 1000\r\n\r\n`), drip(s, 100)),
      'too-slow',
      /not complete after 1500 ms/,
    ],
    ['a slow header', (s) => (s.write(`${OK}x: `), drip(s, 100, 'y')), 'too-slow', /not complete after 1500 ms/],
    [
      'slow interim answers',
      (s) => drip(s, 100, 'HTTP/1.1 102 Processing\r\n\r\n'),
      'too-slow',
      /not complete after 1500 ms/,
    ],
    ['silence', () => {}, 'too-slow', /not complete after 1500 ms/],
    [
      'an unrequested protocol',
      (s) => s.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      'broken',
      /another protocol/,
    ],
    [
      'a length too long',
      (s) => s.end(`${OK}content-length: 100\r\n\r\nhello`),
      'broken',
      /expected 100 bytes, received 5/,
    ],
    ['a length too short', (s) => s.end(`${OK}content-length: 2\r\n\r\nhello`), 'broken', /Parse Error/],
    [
      'a length beyond all numbers',
      (s) => s.write(`${OK}content-length: ${'9'.repeat(40)}\r\n\r\nx`),
      'broken',
      /Content-Length overflow/,
    ],
    [
      'a truncated gzip',
      (s) => sendWhole(s, gzipSync('hello'.repeat(100)).subarray(0, -9), 'content-encoding: gzip\r\n'),
      'broken',
      /unexpected end of file/,
    ],
    [
      'something that is not gzip',
      (s) => sendWhole(s, Buffer.from('{}'), 'content-encoding: gzip\r\n'),
      'broken',
      /incorrect header check/,
    ],
    ['something that is not HTTP', (s) => s.end('SSH-2.0-OpenSSH\r\n'), 'broken', /Parse Error/],
    ['an immediate end', (s) => s.destroy(), 'broken', /socket hang up/],
  ];
  for (const [what, answer, fault, words] of endless) {
    it(`closes the connection and reports why: ${what}`, async () => {
      const error = await faultOf(asking(answer));
      assert.deepEqual([error.fault, error.wasSent], [fault, true]);
      assert.match(error.message, words);
      // A connection that was read to its end may be reused.
      const isRead = error.code.startsWith('Z_');
      if (!isRead) await waitFor('the connection to be broken off', async () => server?.open() === 0);
    });
  }

  it('reports a request that was never sent', async () => {
    server = await startHostileServer(() => {});
    const { url } = server;
    await server.stop();
    const { fault, code, wasSent } = await faultOf(boundedAnswer(got, url, {}, SMALL));
    assert.deepEqual([fault, code, wasSent], ['broken', 'ECONNREFUSED', false]);
  });

  it('follows no redirect, and sends one request', async () => {
    const { status, headers } = await asking((socket) =>
      socket.end('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
    );
    assert.deepEqual([status, headers.location], [302, 'http://127.0.0.1:1/']);
    await server?.stop();
    const error = await faultOf(asking((socket) => socket.end('HTTP/1.1 503 No\r\ncontent-length: 9\r\n\r\n')));
    assert.equal(error.fault, 'broken');
    assert.equal(server?.connections(), 1);
  });

  it('reads an answer without a body as empty, whatever compression it claims', async () => {
    const { status, body } = await asking((s) => s.write('HTTP/1.1 204 No\r\ncontent-encoding: gzip\r\n\r\n'), SMALL, {
      method: 'DELETE',
    });
    assert.deepEqual([status, body.length], [204, 0]);
  });

  it('sends what the options say, and its errors contain no part of it', async () => {
    let asked = '';
    const error = await faultOf(
      asking((socket, head) => ((asked = head), socket.destroy()), SMALL, {
        method: 'POST',
        form: { client_secret: 'hidden1' },
        headers: { authorization: 'Bearer hidden2' },
        searchParams: { token: 'hidden3' },
      }),
    );
    assert.match(asked, /^POST \/\?token=hidden3 [^]*authorization: Bearer hidden2[^]*client_secret=hidden1$/);
    assert.doesNotMatch(JSON.stringify(error) + String(error.stack) + String(error.cause), /hidden/);
  });

  it('uses no proxy, whatever the environment says', async () => {
    server = await startHostileServer((socket) => sendWhole(socket, Buffer.from('direct'), CLOSE));
    const lines = await inAnotherProcess(server.url, SMALL, {
      HTTP_PROXY: 'http://127.0.0.1:9',
      http_proxy: 'http://127.0.0.1:9',
      NODE_USE_ENV_PROXY: '1',
    });
    assert.equal(lines.fault, 'answered');
  });

  describe('in memory', () => {
    const bounds = { maxBytes: 4 * 1024 * 1024, maxMs: 20_000 };
    const grows = async (answer: (socket: Socket) => void, most: number) => {
      server = await startHostileServer((socket, asked) =>
        asked.startsWith('GET /small') ? sendWhole(socket, Buffer.from('x'), CLOSE) : answer(socket),
      );
      const { fault, grownBytes } = await inAnotherProcess(server.url, bounds);
      assert.equal(fault, 'too-large');
      assert.ok(grownBytes < most, `${Math.round(grownBytes / 1e6)} MB more, of at most ${Math.round(most / 1e6)}`);
    };
    for (const { coding, bomb } of BOMBS) {
      it(`needs a small multiple of the limit for a bomb of ${coding}`, () =>
        grows((socket) => sendWhole(socket, bomb, `content-encoding: ${coding}\r\n`), 12 * bounds.maxBytes));
    }
    // Most of it is garbage that is not collected yet: it is the same for 16 MB.
    it('needs no more than the uncollected garbage for a body in chunks of one byte', () =>
      grows((socket) => (socket.write(CHUNKED), flood(socket, '1\r\nx\r\n'.repeat(5_000))), 64 * bounds.maxBytes));
  });
});

async function inAnotherProcess(
  url: string,
  { maxBytes, maxMs }: AnswerBounds,
  env: Record<string, string> = {},
): Promise<{ fault: string; grownBytes: number }> {
  const program = fileURLToPath(new URL('asking-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, url, String(maxBytes), String(maxMs)], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout) as { fault: string; grownBytes: number };
}
