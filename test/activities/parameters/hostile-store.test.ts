import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { createParameters } from '../../../activities/parameters/client.ts';
import type { Parameters } from '../../../activities/parameters/client.ts';
import { ParameterError } from '../../../activities/parameters/error.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { drip, flood, startHostileServer } from '../hostile-server.ts';
import type { HostileServer } from '../hostile-server.ts';

const OK = 'HTTP/1.1 200 OK\r\netag: "1"\r\n';
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));

describe('createParameters({ url, key }) with a hostile store', () => {
  let server: HostileServer | undefined;
  afterEach(async () => server?.stop());

  const asking = async (answer: (socket: Socket) => void): Promise<Parameters> => {
    server = await startHostileServer(answer);
    return createParameters({ url: server.url, key: 'hidden', timeoutMs: 1_000 });
  };
  const errorOf = async (work: Promise<unknown>): Promise<ParameterError> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ParameterError, `expected a ParameterError, got ${String(error)}`);
    return error;
  };

  const calls: [string, (parameters: Parameters) => Promise<unknown>][] = [
    ['get', (parameters) => parameters.get('config/a', z.unknown())],
    ['put', (parameters) => parameters.put('config/a', 1)],
    ['delete', (parameters) => parameters.delete('config/a')],
    ['list', (parameters) => parameters.list('config/')],
  ];
  for (const [name, call] of calls) {
    it(`${name}: does not read an endless answer`, async () => {
      const parameters = await asking((socket) => {
        socket.write(`${OK}\r\n"`);
        flood(socket, 'a'.repeat(65_536));
      });
      const { kind, message } = await errorOf(call(parameters));
      assert.equal(kind, 'unexpected');
      assert.match(message, /more than 8388608 bytes came\. Is PARAMETER_STORE_URL a parameter store\?/);
      await waitFor('the connection to be broken off', async () => server?.open() === 0);
    });

    it(`${name}: does not read a decompression bomb`, async () => {
      const parameters = await asking((socket) => {
        socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${BOMB.length}\r\n\r\n`);
        socket.write(BOMB);
      });
      assert.equal((await errorOf(call(parameters))).kind, 'unexpected');
    });

    it(`${name}: does not wait for a slow trickle`, async () => {
      const parameters = await asking((socket) => {
        socket.write(`${OK}content-length: 100\r\n\r\n`);
        drip(socket, 100);
      });
      const { kind, retryable } = await errorOf(call(parameters));
      assert.deepEqual([kind, retryable], ['unavailable', true]);
      await waitFor('the connection to be broken off', async () => server?.open() === 0);
    });
  }

  it('quotes only the start of a very long error', async () => {
    const book = JSON.stringify({ error: { code: 'x', message: 'y'.repeat(1_000_000) } });
    const parameters = await asking((socket) =>
      socket.write(`HTTP/1.1 400 Bad Request\r\ncontent-length: ${book.length}\r\n\r\n${book}`),
    );
    assert.ok((await errorOf(parameters.put('config/a', 1))).message.length < 1_000);
  });

  it('does not show the key, although the answer echoes it', async () => {
    const echo = JSON.stringify({
      error: { code: 'Bearer hidden', message: `${'y'.repeat(497)}hidden Bearer hidden` },
    });
    const parameters = await asking((socket) =>
      socket.write(`HTTP/1.1 400 Bad Request\r\ncontent-length: ${echo.length}\r\n\r\n${echo}`),
    );
    for (const [, call] of calls) {
      const { message, facts } = await errorOf(call(parameters));
      assert.doesNotMatch(`${message} ${JSON.stringify(facts)}`, /hid/);
    }
  });

  it('names a few of a thousand faults', async () => {
    const value = JSON.stringify(
      Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}`.repeat(99), 1])),
    );
    const parameters = await asking((socket) => socket.write(`${OK}content-length: ${value.length}\r\n\r\n${value}`));
    const error = await errorOf(parameters.get('config/a', z.record(z.string(), z.string())));
    assert.ok(error.message.length < 2_000, String(error.message.length));
  });

  for (const body of ['{"paths":"config/a"}', '{"paths":[1]}', '[]', 'null', '7', '{"paths":null}']) {
    it(`does not accept ${body} as a list of paths`, async () => {
      const parameters = await asking((socket) => socket.write(`${OK}content-length: ${body.length}\r\n\r\n${body}`));
      assert.equal((await errorOf(parameters.list(''))).kind, 'unexpected');
    });
  }
});
