import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createHelix } from '../../../activities/twitch/helix.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { createOAuth } from '../../../activities/twitch/oauth.ts';
import { silentLog } from '../../../common/log.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { flood, startHostileServer } from '../hostile-server.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));

const answers: Record<string, (socket: Socket) => void> = {
  'a bomb of gzip': (socket) => {
    socket.write(`${HEAD}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
    socket.end(bomb);
  },
  'a body without end': (socket) => {
    socket.write(`${HEAD}\r\n`);
    flood(socket, ' '.repeat(64 * 1024));
  },
  'a connection that is broken off': (socket) => socket.destroy(),
};

const REDIRECTS = [301, 302, 303, 307, 308];

describe('requests to a hostile Twitch', function () {
  this.timeout(60_000);

  for (const [what, answer] of Object.entries(answers)) {
    async function against(ask: (url: string) => Promise<unknown>): Promise<void> {
      const server = await startHostileServer(answer);
      try {
        await assert.rejects(
          ask(server.url),
          (error) =>
            error instanceof TwitchError && error.kind === 'unavailable' && !/secret|token123/.test(error.message),
        );
        await waitFor('the connection to be broken off', () => server.open() === 0);
      } finally {
        await server.stop();
      }
    }

    it(`Helix: ${what} is not an answer`, () =>
      against((url) =>
        createHelix({
          apiUrl: `${url}/helix`,
          clientId: 'client',
          readAccessToken: () => Promise.resolve('token123'),
          refreshNow: () => Promise.resolve(),
          log: silentLog,
          wait: () => Promise.resolve(),
        }).getStreams({}),
      ));

    it(`OAuth: ${what} is not an answer`, async () => {
      const oauthAt = (url: string) => createOAuth({ idUrl: `${url}/oauth2`, clientId: 'id', clientSecret: 'secret' });
      await against((url) => oauthAt(url).clientCredentials());
      await against((url) => oauthAt(url).refresh('token123'));
      await against((url) => oauthAt(url).validate('token123'));
    });
  }

  for (const status of REDIRECTS) {
    it(`follows no redirect (${status}) to another server, which would get the token or the secret`, async () => {
      let asked = 0;
      const other = await startHostileServer((socket) => {
        asked++;
        socket.destroy();
      });
      const server = await startHostileServer((socket) => {
        socket.end(`HTTP/1.1 ${status} Moved\r\nLocation: ${other.url}/helix/streams\r\nContent-Length: 0\r\n\r\n`);
      });
      try {
        const oauth = createOAuth({ idUrl: `${server.url}/oauth2`, clientId: 'id', clientSecret: 'secret' });
        for (const ask of [
          () => oauth.clientCredentials(),
          () => oauth.refresh('token123'),
          () => oauth.validate('token123'),
        ])
          await assert.rejects(
            ask(),
            (error) => error instanceof TwitchError && !/secret|token123/.test(error.message),
          );
        assert.equal(asked, 0);
      } finally {
        await server.stop();
        await other.stop();
      }
    });
  }
});
