import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { wholeAnswers } from './whole-answers.ts';

const lookEveryMs = 1_000;
const keepAliveMs = 60_000;

/**
 * Sockets for kafkajs that spare it two states from which it does not come back:
 *
 * - A broker that owes an answer for too long. kafkajs gives up the request then, but asks again on the same connection, for ever: one whose
 *   other side has gone without a word (a machine that lost its power, a firewall that forgot it) would never be left. Such a socket ends
 *   by itself. The broker may hold a JoinGroup back for as long as a rebalance lasts: the patience must be longer than that.
 * - An answer that breaks off in the middle. kafkajs keeps the half of it when it connects anew, takes what comes then for the rest, and
 *   understands no answer any more. So it is given whole answers alone.
 */
export function createAnsweredSockets(patienceMs: number): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    // Without `ssl` in its settings kafkajs hands on undefined, whatever its types say.
    const socket = (ssl as typeof ssl | undefined)
      ? connectTls({ host, port, servername: host, ...ssl }, onConnect)
      : connect({ host, port }, onConnect);
    socket.setKeepAlive(true, keepAliveMs);
    endUnanswered(socket, patienceMs);
    giveWholeAnswers(socket);
    return socket;
  };
}

/** The looks are counted, not the time: while this process stands still, the silence is its own. */
function endUnanswered(socket: Socket, patienceMs: number): void {
  let writtenBefore = 0;
  let silentLooks = 0;
  socket.on('data', () => {
    writtenBefore = socket.bytesWritten;
    silentLooks = 0;
  });
  const timer = setInterval(() => {
    silentLooks = socket.bytesWritten > writtenBefore ? silentLooks + 1 : 0;
    if (silentLooks * lookEveryMs <= patienceMs) return;
    const broker = `${socket.remoteAddress ?? 'the broker'}:${socket.remotePort ?? ''}`;
    socket.destroy(new Error(`Expected an answer of ${broker} within ${patienceMs} ms, got none; connecting anew.`));
  }, lookEveryMs);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}

/** kafkajs listens to `data` once, right after the socket is made. */
function giveWholeAnswers(socket: Socket): void {
  const on = socket.on.bind(socket);
  socket.on = ((event: string, listener: (...given: unknown[]) => void) =>
    on(event, event === 'data' ? wholeAnswers(listener) : listener)) as typeof socket.on;
}
