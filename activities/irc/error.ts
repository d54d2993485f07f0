import { FactError } from '../errors.ts';

/**
 * - `login-refused`: Twitch refused the login. A new connection can succeed once the token is refreshed
 * - `no-token`: no token is stored yet, or the parameter store does not answer
 * - `unreachable`: connecting failed, or no welcome arrived in time
 * - `lost`: the server or the network closed an open connection
 * - `silent`: the server did not answer a PING, or did not read
 */
type IrcErrorKind = 'login-refused' | 'no-token' | 'unreachable' | 'lost' | 'silent';

/** A failure of the chat connection. Every kind is worth a retry. */
export class IrcError extends FactError {
  override name = 'IrcError';
  readonly kind: IrcErrorKind;

  constructor(kind: IrcErrorKind, message: string, options: { facts?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, { ...options, retryable: true });
    this.kind = kind;
  }
}

/** A server that sends PINGs but never reads would fill our memory with unsent PONGs. */
export function notReading(url: string, unreadBytes: number): IrcError {
  const message = `Expected ${url} to read what we send, but more than ${unreadBytes} bytes are waiting.`;
  return new IrcError('silent', message, { facts: { url } });
}

export function silent(url: string, answerMs: number): IrcError {
  const message = `Expected ${url} to answer a PING within ${answerMs} ms, but nothing arrived.`;
  return new IrcError('silent', message, { facts: { url } });
}
