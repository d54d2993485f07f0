import type { Socket } from 'node:net';
import { introduction, isLoginRefusal, nickFor, refusalRemedy } from './chat-login.ts';
import type { ChatLogin } from './chat-login.ts';
import type { ConnectionEvent, RoomEvent } from './connection-event.ts';
import { Delivery } from './delivery.ts';
import { HoldUpWatch } from './hold-up-watch.ts';
import { IrcError } from './irc-error.ts';
import { firstParameterOf, nickOf, readLineHead, tagOf, textOf } from './line-kind.ts';
import type { LineHead, LineKind } from './line-kind.ts';
import { LineScanner } from './line-scanner.ts';
import { openSocket } from './open-socket.ts';
import { SilenceWatch } from './silence-watch.ts';

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

interface ConnectionOptions {
  /** `irc://host:port` or `ircs://host:port`. */
  url: string;
  login: ChatLogin;
  /** PEM certificates to trust instead of the system's. */
  ca?: string | undefined;
  times: ConnectionTimes;
  now: () => number;
  /** Takes each line to keep: a copy, without its line end. */
  onLine(line: Buffer, receivedAtMs: number, head: LineHead): void;
  onEvent(event: ConnectionEvent): void;
}

const notKept: ReadonlySet<LineKind> = new Set<LineKind>(['PING', 'PONG', 'CAP', 'numeric', 'JOIN', 'PART']);
const LINE_ENDS = /[\r\n\0]/g;
const endOfNames = 366;
const welcome = 1;
/** Of a text of Twitch in an error. */
const LONGEST_QUOTE = 200;
/** Of our own lines that the other side does not read: a hundred JOINs are less. */
const MAX_UNREAD_BYTES = 64 * 1024;

/**
 * One connection to the chat. It goes through these states, never back:
 *
 * - *opening*: the socket connects; then CAP REQ, PASS and NICK are sent and the greeting is waited for. A refused login or a time-out
 *   ends here.
 * - *open*, from the welcome on: lines are cut out of the reads and handed on. The server's PING is answered. After twenty seconds
 *   without a byte an own PING is sent; without any byte in the ten seconds after it the other end is gone, whatever TCP believes. An end in
 *   order proves no more than that: a server that had fallen silent ends in order as well.
 * - *closing*: an orderly close. PART and QUIT are sent and our side ends; what the other side had sent before it took note still
 *   arrives and is handed on, until its end or a time-out.
 * - *closed*: told once.
 *
 * A paused connection reads nothing, so it cannot see a PING either: the server's patience, some minutes, bounds how long a pause may
 * last. The own watch over silence rests meanwhile, since the silence is ours. After a pause, and after the whole process stood still, it
 * *catches up*: an own PING is sent, and until its PONG comes what is read may have waited, and an end may be an old one.
 */
export class IrcConnection {
  /** What we asked for; from the welcome on what Twitch calls us: the token decides, not the NICK. */
  #nick: string;
  #state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #scanner = new LineScanner((line, wholeBytes) => this.#take(line, wholeBytes));
  readonly #watch: SilenceWatch;
  readonly #delivery: Delivery;
  readonly #holdUps: HoldUpWatch;
  #catchUps = 0;
  /** What Twitch said before its welcome: perhaps a refusal in words that nobody knows yet. */
  #saidBefore = '';
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
    this.#holdUps = new HoldUpWatch({ now: options.now, heldUp: () => this.#catchUp() });
    this.#nick = nickFor(options.login);
    this.#socket = openSocket(options.url, options.ca, () => {
      for (const line of introduction(options.login, this.#nick)) this.#send(line);
    });
    this.#socket.on('data', (bytes: Buffer) => {
      this.#holdUps.look();
      this.#readAtMs = this.#options.now();
      this.#watch.heard();
      this.#scanner.push(bytes);
      this.#delivery.readEnded();
    });
    this.#socket.on('error', (cause) => this.#fail(this.#failure(cause.message, cause)));
    this.#socket.on('close', () => this.#fail(this.#state === 'closing' ? undefined : this.#failure('it was closed')));
    this.#timer = setTimeout(() => this.#fail(this.#failure('there was no greeting in time')), options.times.openMs);
  }

  /** What Twitch sent after that may not have come yet. */
  get completeUpToMs(): number {
    return this.#delivery.completeUpToMs;
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
    this.#delivery.heldUp();
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#watch.start();
    this.#catchUp();
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

  /** The PONG to the latest of these PINGs comes behind all that had waited. */
  #catchUp(): void {
    this.#delivery.heldUp();
    if (this.#state !== 'open') return;
    this.#catchUps += 1;
    this.#send(`PING :chatlake-${this.#catchUps}`);
  }

  #take(line: Buffer, wholeBytes: number): void {
    if (this.#state === 'closed') return;
    const head = readLineHead(line);
    this.#delivery.line(this.#readAtMs);
    if (this.#answers(line, head)) return;
    const { onLine, onEvent } = this.#options;
    const copy = Buffer.from(line);
    if (head.kind === 'PRIVMSG') this.#delivery.message(copy);
    onLine(copy, this.#readAtMs, head);
    if (wholeBytes > line.length) onEvent({ kind: 'lineCut', channelLogin: head.channelLogin, bytes: wholeBytes });
    if (head.kind === 'ROOMSTATE') this.#roomState(head);
    else if (head.kind === 'RECONNECT') onEvent({ kind: 'reconnectAsked' });
    else if (head.kind === 'NOTICE') this.#noticed(line, head.channelLogin);
  }

  /** Lines of the connection itself, which nobody keeps. Returns whether this was one. */
  #answers(line: Buffer, { kind, numeric, channelLogin = '' }: LineHead): boolean {
    if (kind === 'PRIVMSG' || kind === 'other') return false;
    if (kind === 'PING') this.#send(`PONG :${textOf(line)}`);
    else if (kind === 'PONG' && textOf(line) === `chatlake-${this.#catchUps}`) this.#delivery.caughtUp();
    else if (kind === 'CAP' && line.includes(' NAK ')) this.#fail(this.#failure('tags and commands were refused'));
    else if (kind === 'numeric' && numeric === welcome) this.#opened(line);
    else if (kind === 'numeric' && numeric === endOfNames) this.#joined(channelLogin);
    else if (kind === 'JOIN' || kind === 'PART') {
      if (nickOf(line).toLowerCase() !== this.#nick) return false;
      if (kind === 'JOIN') this.#joined(channelLogin);
      else this.#tell(channelLogin, { kind: 'parted', atMs: this.completeUpToMs });
    }
    return notKept.has(kind);
  }

  #noticed(line: Buffer, channelLogin: string | undefined): void {
    if (channelLogin !== undefined) {
      const id = tagOf(line, 'msg-id');
      return this.#tell(channelLogin, { kind: 'noticed', id, atMs: this.completeUpToMs });
    }
    const text = textOf(line);
    if (!isLoginRefusal(text)) {
      if (this.#state === 'opening')
        this.#saidBefore = ` after it said ${JSON.stringify(text.slice(0, LONGEST_QUOTE))}`;
      return;
    }
    const { url, login } = this.#options;
    const message = `Expected ${url} to let ${this.#nick} in, got "${text}". ${refusalRemedy(login)}`;
    this.#fail(new IrcError('login-refused', message, { facts: { url, nick: this.#nick, answer: text } }));
  }

  /** It comes with each join, and when a setting of the room changes. Its `room-id` says whose room this is. */
  #roomState({ channelLogin = '', roomId }: LineHead): void {
    this.#joined(channelLogin);
    if (roomId !== undefined) this.#tell(channelLogin, { kind: 'named', roomId, atMs: this.completeUpToMs });
  }

  #joined(channelLogin: string): void {
    this.#tell(channelLogin, { kind: 'joined', atMs: this.#readAtMs });
  }

  #tell(channelLogin: string, event: RoomEvent): void {
    this.#options.onEvent({ kind: 'room', channelLogin, event });
  }

  #opened(line: Buffer): void {
    if (this.#state !== 'opening') return;
    this.#nick = firstParameterOf(line).toLowerCase() || this.#nick;
    this.#state = 'open';
    clearTimeout(this.#timer);
    this.#watch.start();
    this.#delivery.caughtUp();
    this.#options.onEvent({ kind: 'opened' });
  }

  #failure(finding: string, cause?: unknown): IrcError {
    const { url } = this.#options;
    const facts = { facts: { url, nick: this.#nick }, ...(cause === undefined ? {} : { cause }) };
    return this.#state === 'opening'
      ? new IrcError('unreachable', `Expected a greeting from ${url}, but ${finding}${this.#saidBefore}.`, facts)
      : new IrcError('lost', `Expected the connection to ${url} to stay open, but ${finding}.`, facts);
  }

  #fail(error: IrcError | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#watch.rest();
    this.#holdUps.stop();
    this.#socket.destroy();
    this.#options.onEvent({ kind: 'closed', error, atMs: this.completeUpToMs });
    this.#whenClosed.resolve();
  }

  /** Sends one line. A line end inside would begin another, so none gets out. */
  #send(line: string): void {
    if (!this.#socket.writable) return;
    if (this.#socket.writableLength > MAX_UNREAD_BYTES) return this.#fail(deaf(this.#options));
    this.#socket.write(`${line.replaceAll(LINE_ENDS, ' ')}\r\n`);
  }
}

/** A server that asks and asks and reads no answer would fill our memory with them. */
function deaf({ url }: ConnectionOptions): IrcError {
  const message = `Expected ${url} to read what it is sent, but ${MAX_UNREAD_BYTES} bytes are waiting.`;
  return new IrcError('silent', message, { facts: { url } });
}

function silent({ url, times }: ConnectionOptions): IrcError {
  const message = `Expected ${url} to answer a PING within ${times.answerMs} ms, but nothing came.`;
  return new IrcError('silent', message, { facts: { url } });
}
