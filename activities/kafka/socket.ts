import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import type { ReadTls } from '../../common/tls-files.ts';
import { splitAnswers } from './answers.ts';

const CHECK_EVERY_MS = 1_000;
const KEEP_ALIVE_MS = 60_000;

/**
 * Sockets for kafkajs that avoid two states from which it does not recover:
 *
 * - A broker that does not answer. kafkajs gives up the request but reuses the connection forever, even if the other side is gone (a
 *   machine without power, a firewall that dropped the connection). Such a socket is closed after `timeoutMs`. The broker may delay the
 *   answer to a JoinGroup for a whole rebalance, so the time-out must be longer than that.
 * - A partial answer. kafkajs keeps it across a reconnect, takes the next bytes for the rest, and cannot parse any answer after that. So it
 *   only receives whole answers.
 *
 * @param readTls called for each connection; undefined for plain TCP
 */
export function createSockets(timeoutMs: number, readTls?: ReadTls): ISocketFactory {
  return ({ host, port, onConnect }) => {
    // RFC 6066: a server name is never an IP address.
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket =
      readTls === undefined
        ? connect({ host, port }, onConnect)
        : connectTls({ host, port, ...servername, ...readTls() }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    closeUnanswered(socket, timeoutMs);
    deliverWholeAnswers(socket);
    return socket;
  };
}

/** Counts checks instead of time: a stalled process causes the silence itself. */
function closeUnanswered(socket: Socket, timeoutMs: number): void {
  let answeredBytes = 0;
  let silentChecks = 0;
  socket.on('data', () => {
    answeredBytes = socket.bytesWritten;
    silentChecks = 0;
  });
  const timer = setInterval(() => {
    silentChecks = socket.bytesWritten > answeredBytes ? silentChecks + 1 : 0;
    if (silentChecks * CHECK_EVERY_MS <= timeoutMs) return;
    const broker = `${socket.remoteAddress ?? 'the broker'}:${socket.remotePort ?? ''}`;
    socket.destroy(new Error(`Expected an answer from ${broker} within ${timeoutMs} ms, got none; reconnecting.`));
  }, CHECK_EVERY_MS);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}

/** kafkajs adds its `data` listener once, right after the socket is created. */
function deliverWholeAnswers(socket: Socket): void {
  const on = socket.on.bind(socket);
  socket.on = ((event: string, listener: (...args: unknown[]) => void) =>
    on(event, event === 'data' ? splitAnswers(listener) : listener)) as typeof socket.on;
}
