import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/**
 * Waits on loopback for the browser that Twitch sends back. It serves one plain sentence, so nothing of the answer gets into a page.
 * @throws Refusal 69 if the port is taken
 */
export async function startCallback(port: number, state: string): Promise<LoginCallback> {
  const answered = Promise.withResolvers<AuthorizationAnswer>();
  const server = createServer((request, response) => {
    const found = isLocal(request.headers.host) ? answerIn(request, state) : FOREIGN;
    response.writeHead(found === FOREIGN ? 404 : 200, HEADERS);
    if (found === FOREIGN) return void response.end('Not an answer to this login.\n');
    response.end('You can close this page. The terminal shows the result.\n');
    answered.resolve(found);
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Refusal(
      69,
      `Expected port ${port} to be free for the answer of Twitch, but it is not (${(error as NodeJS.ErrnoException).code}). Free it, give another one with --port, or use --paste.`,
      error,
    );
  }
  const redirectUri = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    redirectUri,
    answer: answered.promise,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const isLocal = (host = ''): boolean => /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host);

function answerIn({ method, url = '' }: IncomingMessage, state: string): AuthorizationAnswer | typeof FOREIGN {
  const base = 'http://localhost';
  if (method !== 'GET' || !URL.canParse(url, base)) return FOREIGN;
  const { pathname, searchParams } = new URL(url, base);
  return pathname === '/' ? readAnswer(searchParams, state) : FOREIGN;
}
