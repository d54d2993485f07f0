import type { Socket } from 'node:net';
import { Delivery } from './delivery.ts';
import { IrcError } from './irc-error.ts';
import { nickOf, readLineHead, tagOf, textOf } from './line-kind.ts';
import type { LineHead, LineKind } from './line-kind.ts';
import { LineScanner } from './line-scanner.ts';
import { openSocket } from './open-socket.ts';
import { SilenceWatch } from './silence-watch.ts';

/** A user's login with a token that has the scope `chat:read`; or reading without an account, which Twitch tolerates but does not document. */
export type ChatLogin = { login: string; accessToken: string } | 'anonymous';

export interface ConnectionTimes {
  /** From the start of the connection to the end of the greeting. */
  openMs: number;
  /** Without a byte for so long, an own PING is sent. */
  silenceMs: number;
  /** Without any byte for so long after it, the connection counts as dead. */
  answerMs: number;
  /** How long an orderly close waits for the other side. */
  closeMs: number;
}

/** What a connection tells its owner. */
export interface ConnectionEvents {
  opened(): void;
  /** A line to keep: a copy, without line end. */
  line(line: Buffer, receivedAtMs: number, head: LineHead): void;
  /** The echo, 366 or ROOMSTATE of a room came: the first of them is the join. */
  joined(channelLogin: string, atMs: number): void;
  parted(channelLogin: string, atMs: number): void;
  /** A NOTICE in a room. `id` is its `msg-id`. */
  roomNotice(channelLogin: string, id: string, atMs: number): void;
  /** Twitch will close the connection soon. */
  reconnectAsked(): void;
  /** Last event. `error` is undefined after an orderly close; what Twitch sent after `completeUpToMs` may be lost. */
  closed(error: IrcError | undefined, completeUpToMs: number): void;
}

export interface ConnectionOptions {
  /** `irc://host:port` or `ircs://host:port`. */
  url: string;
  login: ChatLogin;
  /** PEM certificates to trust instead of the system's. */
  ca?: string | undefined;
  times: ConnectionTimes;
  now: () => number;
  events: ConnectionEvents;
}

const loginRefusals = [
  'Login authentication failed',
  'Improperly formatted auth',
  'Login unsuccessful',
  'Error logging in',
  'Invalid NICK',
];
const notKept: ReadonlySet<LineKind> = new Set<LineKind>(['PING', 'PONG', 'CAP', 'numeric', 'JOIN', 'PART']);
const endOfNames = 366;
const welcome = 1;

/**
 * One connection to the chat. It goes through these states, never back:
 *
 * - *opening*: the socket connects; then CAP REQ, PASS and NICK are sent and the greeting is waited for. Tags and commands are asked for,
 *   membership is not: joins and parts of strangers would be most of the traffic. A refused login or a time-out ends here.
 * - *open*, from the welcome on: lines are cut out of the reads and handed on. The server's PING is answered. After a minute without a
 *   byte an own PING is sent; without any byte in the ten seconds after it the other end is gone, whatever TCP believes.
 * - *closing*: an orderly close. PART and QUIT are sent and our side ends; what the other side had sent before it took note still
 *   arrives and is handed on, until its end or a time-out.
 * - *closed*: told once.
 *
 * A paused connection reads nothing, so it cannot see a PING either: the server's patience, some minutes, bounds how long a pause may
 * last. The own watch over silence rests meanwhile, since the silence is ours.
 */
export class IrcConnection {
  readonly nick: string;
  #state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #scanner = new LineScanner((line) => this.#take(line));
  readonly #watch: SilenceWatch;
  readonly #delivery: Delivery;
  #timer: NodeJS.Timeout | undefined;
  #readAtMs: number;
  #paused = false;
  readonly #whenClosed = Promise.withResolvers<void>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#readAtMs = options.now();
    this.#delivery = new Delivery(this.#readAtMs);
    this.#watch = new SilenceWatch({
      ...options.times,
      ask: () => this.#send('PING :chatlake'),
      gone: () => this.#fail(silent(options)),
    });
    this.nick = options.login === 'anonymous' ? anonymousNick() : options.login.login.toLowerCase();
    this.#socket = openSocket(options.url, options.ca, () => this.#introduce());
    this.#socket.on('data', (bytes: Buffer) => {
      this.#readAtMs = this.#options.now();
      this.#watch.heard();
      this.#scanner.push(bytes);
      this.#delivery.readEnded();
    });
    this.#socket.on('end', () => this.#delivery.ended(this.#options.now()));
    this.#socket.on('error', (cause) => this.#fail(this.#failure(cause.message, cause)));
    this.#socket.on('close', () => this.#fail(this.#state === 'closing' ? undefined : this.#failure('it was closed')));
    this.#timer = setTimeout(() => this.#fail(this.#failure('there was no greeting in time')), options.times.openMs);
  }

  /** Lines longer than the scanner's maximum, so far. */
  get overlongLines(): number {
    return this.#scanner.overlongLines;
  }

  join(channelLogin: string): void {
    this.#send(`JOIN #${channelLogin}`);
  }

  part(channelLogin: string): void {
    this.#send(`PART #${channelLogin}`);
  }

  /** Stops reading. */
  pause(): void {
    if (this.#state !== 'open') return;
    this.#paused = true;
    this.#watch.rest();
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#watch.start();
    this.#socket.resume();
  }

  /** Leaves these rooms and closes in order; everything the server sent before is handed on. Resolves when it is closed. */
  async close(channelLogins: Iterable<string> = []): Promise<void> {
    if (this.#state === 'opening') this.#fail(undefined);
    else if (this.#state === 'open') {
      for (const channelLogin of channelLogins) this.part(channelLogin);
      this.#send('QUIT');
      this.resume();
      this.#state = 'closing';
      this.#watch.rest();
      this.#socket.end();
      this.#timer = setTimeout(() => this.#fail(undefined), this.#options.times.closeMs);
    }
    return this.#whenClosed.promise;
  }

  #introduce(): void {
    const { login } = this.#options;
    this.#send('CAP REQ :twitch.tv/tags twitch.tv/commands');
    if (login !== 'anonymous') this.#send(`PASS oauth:${login.accessToken.replace(/^oauth:/, '')}`);
    this.#send(`NICK ${this.nick}`);
  }

  #take(line: Buffer): void {
    if (this.#state === 'closed') return;
    const head = readLineHead(line);
    if (this.#answers(line, head)) return this.#delivery.line(line, head.kind, this.#readAtMs);
    const { events } = this.#options;
    const copy = Buffer.from(line);
    this.#delivery.line(copy, head.kind, this.#readAtMs);
    events.line(copy, this.#readAtMs, head);
    if (head.kind === 'ROOMSTATE') events.joined(head.channelLogin ?? '', this.#readAtMs);
    else if (head.kind === 'RECONNECT') events.reconnectAsked();
    else if (head.kind === 'NOTICE') this.#noticed(line, head.channelLogin);
  }

  /** Lines of the connection itself, which nobody keeps. Returns whether this was one. */
  #answers(line: Buffer, { kind, numeric, channelLogin = '' }: LineHead): boolean {
    const { events } = this.#options;
    if (kind === 'PRIVMSG' || kind === 'other') return false;
    if (kind === 'PING') this.#send(`PONG :${textOf(line)}`);
    else if (kind === 'CAP' && line.includes(' NAK ')) this.#fail(this.#failure('tags and commands were refused'));
    else if (kind === 'numeric' && numeric === welcome) this.#opened();
    else if (kind === 'numeric' && numeric === endOfNames) events.joined(channelLogin, this.#readAtMs);
    else if (kind === 'JOIN' || kind === 'PART') {
      if (nickOf(line) !== this.nick) return false;
      if (kind === 'JOIN') events.joined(channelLogin, this.#readAtMs);
      else events.parted(channelLogin, this.#readAtMs);
    }
    return notKept.has(kind);
  }

  #noticed(line: Buffer, channelLogin: string | undefined): void {
    if (channelLogin !== undefined) {
      return this.#options.events.roomNotice(channelLogin, tagOf(line, 'msg-id'), this.#readAtMs);
    }
    const text = textOf(line);
    if (!loginRefusals.includes(text)) return;
    const message = `Expected ${this.#options.url} to let ${this.nick} in, got "${text}". Refresh the token, or log in anew with the scope chat:read.`;
    this.#fail(
      new IrcError('login-refused', message, { facts: { url: this.#options.url, nick: this.nick, answer: text } }),
    );
  }

  #opened(): void {
    if (this.#state !== 'opening') return;
    this.#state = 'open';
    clearTimeout(this.#timer);
    this.#watch.start();
    this.#options.events.opened();
  }

  #failure(finding: string, cause?: unknown): IrcError {
    const { url } = this.#options;
    const facts = { facts: { url, nick: this.nick }, ...(cause === undefined ? {} : { cause }) };
    return this.#state === 'opening'
      ? new IrcError('unreachable', `Expected a greeting from ${url}, but ${finding}.`, facts)
      : new IrcError('lost', `Expected the connection to ${url} to stay open, but ${finding}.`, facts);
  }

  #fail(error: IrcError | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#watch.rest();
    this.#socket.destroy();
    this.#options.events.closed(error, this.#delivery.completeUpToMs);
    this.#whenClosed.resolve();
  }

  #send(line: string): void {
    if (this.#socket.writable) this.#socket.write(`${line}\r\n`);
  }
}

function silent({ url, times }: ConnectionOptions): IrcError {
  const message = `Expected ${url} to answer a PING within ${times.answerMs} ms, but nothing came.`;
  return new IrcError('silent', message, { facts: { url } });
}

function anonymousNick(): string {
  return `justinfan${10_000 + Math.floor(Math.random() * 90_000)}`;
}
