import { FactError } from '../errors.ts';

/**
 * - `login-refused`: Twitch does not take the login; with a token: once it is refreshed a new connection can succeed
 * - `no-token`: there is nothing to log in with yet, or the parameter store does not answer
 * - `unreachable`: the connection could not be opened, or the greeting did not come in time
 * - `lost`: an open connection was closed by the other side or the network
 * - `silent`: an open connection did not answer a PING
 */
type IrcErrorKind = 'login-refused' | 'no-token' | 'unreachable' | 'lost' | 'silent';

/** A failure of the chat connection. Trying again can help with every kind. */
export class IrcError extends FactError {
  override name = 'IrcError';
  readonly kind: IrcErrorKind;

  constructor(kind: IrcErrorKind, message: string, options: { facts?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, { ...options, retryable: true });
    this.kind = kind;
  }
}
