import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRecentMessages } from '../../../activities/fill/recent-messages.ts';
import { FactError } from '../../../activities/errors.ts';

const LINE = '@id=1;room-id=7 :mina!mina@mina PRIVMSG #haru :hi';

describe('createRecentMessages(url)', () => {
  let server: Server;
  let url: string;
  let respond: RequestListener;
  const asked: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      respond(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2/recent-messages/`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const answering =
    (body: string, status = 200, headers = {}): RequestListener =>
    (_request, response) => {
      response.writeHead(status, headers).end(body);
    };
  const ask = () => createRecentMessages(url)('haru', 100);

  it('asks for the newest lines of a channel', async () => {
    respond = answering(JSON.stringify({ messages: [LINE], error: null, error_code: null }));
    const { lines, unusable, error, aheadMs } = await ask();
    assert.deepEqual([lines.map(String), unusable, error], [[LINE], 0, undefined]);
    assert.equal(asked.at(-1), '/api/v2/recent-messages/haru?limit=100');
    assert.ok(Math.abs(aheadMs) < 5_000);
  });

  it('says how far the clock of the service is ahead', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    respond = answering(JSON.stringify({ messages: [] }), 200, { date });
    assert.ok(Math.abs((await ask()).aheadMs - 3_600_000) < 5_000);
    respond = answering(JSON.stringify({ messages: [] }), 200, { date: 'yesterday' });
    assert.equal((await ask()).aheadMs, 0);
  });

  for (const [what, body, found] of [
    ['entries of other types', { messages: [LINE, 7, null, {}, [LINE], true] }, [1, 5]],
    ['entries that would be two lines', { messages: [LINE, `${LINE}\r\n${LINE}`, `${LINE}\n`, ''] }, [1, 3]],
    ['an entry of a million characters', { messages: [LINE, 'x'.repeat(1_000_000)] }, [1, 1]],
    ['unknown fields', { messages: [LINE], more: { messages: 3 } }, [1, 0]],
    ['an error of another type', { messages: [LINE], error: { deep: true } }, [1, 0]],
    ['an error without messages', { error: 'ignored', error_code: 'channel_ignored' }, [0, 0]],
  ] as const) {
    it(`takes what is usable of an answer with ${what}`, async () => {
      respond = answering(JSON.stringify(body));
      const { lines, unusable } = await ask();
      assert.deepEqual([lines.length, unusable], found);
    });
  }

  it('says that the service does not listen to the channel', async () => {
    respond = answering(JSON.stringify({ messages: [LINE], error: 'not joined', error_code: 'channel_not_joined' }));
    assert.equal((await ask()).error, '"not joined, channel_not_joined"');
    respond = answering(JSON.stringify({ messages: [LINE], error: {} }));
    assert.equal((await ask()).error, '""');
  });

  for (const [what, listener, retryable, told] of [
    ['a list', answering('[]'), false, /status 200$/],
    ['null', answering('null'), false, /status 200$/],
    ['a page of a proxy', answering('<html>'), false, /status 200$/],
    ['messages that are no list', answering('{"messages":{"0":"x"}}'), false, /status 200$/],
    [
      '404',
      answering('{"error":"no","error_code":"channel_ignored"}', 404),
      false,
      /status 404: "no, channel_ignored"$/,
    ],
    ['429', answering('', 429), true, /status 429$/],
    ['503', answering('busy', 503), true, /status 503$/],
    ['a redirect', answering('', 302, { location: 'http://127.0.0.1:1/' }), false, /status 302$/],
    [
      'more than 2 MiB',
      answering('x'.repeat(3 * 1024 * 1024)),
      true,
      /more than 2097152 bytes came. Is GAP_FILL_URL right/,
    ],
    ['half of an answer', ((_request, response) => { response.writeHead(200, { 'content-length': 99 }).write('{'); response.destroy(); }) as RequestListener, true, /Is GAP_FILL_URL right/], // prettier-ignore
  ] as const) {
    it(`refuses ${what}`, async () => {
      respond = listener;
      await assert.rejects(ask(), (error) => {
        assert.ok(error instanceof FactError);
        assert.match(error.message, told);
        assert.equal(error.retryable, retryable);
        return true;
      });
    });
  }
});
