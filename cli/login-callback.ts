import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { FOREIGN, readAnswer } from '../activities/twitch/authorization.ts';
import type { AuthorizationAnswer } from '../activities/twitch/authorization.ts';
import { Refusal } from '../common/refusal.ts';

export interface LoginCallback {
  /** `http://localhost:17563` */
  redirectUri: string;
  /** Resolves with the first answer to this login. Requests with another `state` are refused and do not count. */
  answer: Promise<AuthorizationAnswer>;
  close(): void;
}

const HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

/** What `localhost` may be for a browser. The second is missing where IPv6 is off. */
const HOSTS = ['127.0.0.1', '::1'];
/** The first byte of a TLS handshake. */
const TLS_HANDSHAKE = 22;

/**
 * Waits on loopback for the browser that Twitch sends back. It serves one plain sentence, so nothing of the answer gets into a page.
 * @param port 0: a free one
 * @param tell called with what the user should do if the browser asks in a way that cannot be answered
 * @throws Refusal 69 if the port is taken
 */
export async function startCallback(port: number, state: string, tell: (text: string) => void): Promise<LoginCallback> {
  const answered = Promise.withResolvers<AuthorizationAnswer>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const found = isLocal(request.headers.host) ? answerIn(request, state) : FOREIGN;
    response.writeHead(found === FOREIGN ? 404 : 200, HEADERS);
    if (found === FOREIGN) return void response.end('Not an answer to this login.\n');
    response.end('You can close this page. The terminal shows the result.\n');
    answered.resolve(found);
  };
  const servers: Server[] = [];
  const close = (): void => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  // A browser that has once seen HTTPS on localhost may insist on it: https://github.com/cli/cli/pull/650
  const onClientError = ({ rawPacket }: Error & { rawPacket?: Buffer }, socket: Duplex): void => {
    if (rawPacket?.[0] === TLS_HANDSHAKE)
      tell('The browser has asked with https. Change https to http in its address bar, and load the page again.');
    socket.destroy();
  };
  let chosen = port;
  for (const host of HOSTS) {
    const server = createServer(answer).on('clientError', onClientError).listen(chosen, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (isWithoutIpv6(host, code) || (port === 0 && servers.length > 0)) continue;
      close();
      throw new Refusal(
        69,
        `Expected port ${port} to be free for the answer of Twitch, but it is not (${code}). End the program that has it, use --paste, or give --port another one that is in a redirect address of the application.`,
        error,
      );
    }
    servers.push(server);
    chosen = (server.address() as AddressInfo).port;
  }
  return { redirectUri: `http://localhost:${chosen}`, answer: answered.promise, close };
}

const isWithoutIpv6 = (host: string, code = ''): boolean =>
  host === '::1' && ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code);

const isLocal = (host = ''): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);

function answerIn({ method, url = '' }: IncomingMessage, state: string): AuthorizationAnswer | typeof FOREIGN {
  const base = 'http://localhost';
  if (method !== 'GET' || !URL.canParse(url, base)) return FOREIGN;
  const { pathname, searchParams } = new URL(url, base);
  const answer = readAnswer(searchParams, state);
  // Twitch reports a fault to another address of the application, which may have a path.
  return pathname === '/' || (answer !== FOREIGN && 'fault' in answer) ? answer : FOREIGN;
}
