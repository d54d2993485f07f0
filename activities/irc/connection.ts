import type { Socket } from 'node:net';
import { handshake, isLoginRefusal, nickFor, refusalRemedy } from './chat-login.ts';
import type { ChatLogin } from './chat-login.ts';
import type { ConnectionEvent, RoomEvent } from './connection-event.ts';
import { Delivery } from './delivery.ts';
import { StallWatch } from './stall-watch.ts';
import { IrcError, notReading, silent } from './error.ts';
import { firstParameterOf, nickOf, readLineHead, tagOf, textOf } from './line-kind.ts';
import type { LineHead, LineKind } from './line-kind.ts';
import { LineScanner } from './line-scanner.ts';
import { openSocket } from './open-socket.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface ConnectionTimes {
  /** Time limit for connecting and logging in. */
  openMs: number;
  /** Send a PING after receiving nothing for this long. */
  silenceMs: number;
  /** Close the connection if nothing arrives for this long after the PING. */
  answerMs: number;
  /** How long an orderly close waits for the server to close its side. */
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
  /** Receives each line to store: a copy, without the line ending. */
  onLine(line: Buffer, receivedAtMs: number, head: LineHead): void;
  onEvent(event: ConnectionEvent): void;
}

const NOT_STORED: ReadonlySet<LineKind> = new Set<LineKind>(['PING', 'PONG', 'CAP', 'numeric', 'JOIN', 'PART']);
const LINE_ENDS = /[\r\n\0]/g;
const END_OF_NAMES = 366;
const WELCOME = 1;
/** Longest quote from Twitch in an error. */
const MAX_QUOTE_LENGTH = 200;
/** Most bytes that may wait to be sent. A hundred JOINs are less. */
const MAX_UNREAD_BYTES = 64 * 1024;

/**
 * One connection to the chat. Its states, in this order:
 *
 * - *opening*: the socket connects, then CAP REQ, PASS and NICK are sent. A refused login or a time-out ends the connection.
 * - *open*, from the welcome (001) on: reads are cut into lines and passed on. The server's PING is answered. After 20 s without a byte a
 *   PING is sent. If nothing arrives within 10 s after it, the server counts as gone, even if TCP says otherwise. An orderly end of the
 *   stream does not prove that everything arrived: a server that had stopped sending also ends in an orderly way.
 * - *closing*: PART and QUIT are sent and our side of the socket is closed. Lines that still arrive are passed on, until the server closes
 *   its side or a time-out.
 * - *closed*: the event `closed` is emitted once.
 *
 * A paused connection reads nothing, so it does not see the server's PING either. Twitch closes it after some minutes. The check for
 * silence is off during a pause, because the silence is ours. After a pause, and after the process was stalled, the connection catches up:
 * it sends a PING, and until the PONG arrives, the times at which lines are read say nothing about when they were sent.
 */
export class IrcConnection {
  /** The requested nick. From the welcome on, the nick that Twitch assigned: the token decides, not NICK. */
  #nick: string;
  #state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #scanner = new LineScanner((line, wholeBytes) => this.#handleLine(line, wholeBytes));
  readonly #silenceWatch: SilenceWatch;
  readonly #delivery: Delivery;
  readonly #stallWatch: StallWatch;
  #catchUps = 0;
  /** The last NOTICE before the welcome. It may be a refusal in words that we do not know yet. */
  #earlyNotice = '';
  #timer: NodeJS.Timeout | undefined;
  #readAtMs: number;
  #paused = false;
  readonly #whenClosed = Promise.withResolvers<void>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#readAtMs = options.now();
    this.#delivery = new Delivery(this.#readAtMs);
    this.#silenceWatch = new SilenceWatch({
      ...options.times,
      sendPing: () => this.#send('PING :chatlake'),
      onSilent: () => this.#fail(silent(options.url, options.times.answerMs)),
    });
    this.#stallWatch = new StallWatch({ now: options.now, onStall: () => this.#catchUp() });
    this.#nick = nickFor(options.login);
    this.#socket = openSocket(options.url, options.ca, () => {
      for (const line of handshake(options.login, this.#nick)) this.#send(line);
    });
    this.#socket.on('data', (bytes: Buffer) => {
      this.#stallWatch.check();
      this.#readAtMs = this.#options.now();
      this.#silenceWatch.received();
      this.#scanner.push(bytes);
      this.#delivery.readEnded();
    });
    this.#socket.on('error', (cause) => this.#fail(this.#failure(cause.message, cause)));
    this.#socket.on('close', () => this.#fail(this.#state === 'closing' ? undefined : this.#failure('it was closed')));
    this.#timer = setTimeout(() => this.#fail(this.#failure('none came in time')), options.times.openMs);
  }

  /** What Twitch sent after this time may not have arrived yet. */
  get completeUpToMs(): number {
    return this.#delivery.completeUpToMs;
  }

  join(channelLogin: string): void {
    this.#send(`JOIN #${channelLogin}`);
  }

  part(channelLogin: string): void {
    this.#send(`PART #${channelLogin}`);
  }

  pause(): void {
    if (this.#state !== 'open') return;
    this.#paused = true;
    this.#silenceWatch.stop();
    this.#delivery.stalled();
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#silenceWatch.start();
    this.#catchUp();
    this.#socket.resume();
  }

  /** Leaves the given rooms and closes the connection. Resolves when it is closed and every received line has been passed on. */
  async close(channelLogins: Iterable<string> = []): Promise<void> {
    if (this.#state === 'opening') this.#fail(undefined);
    else if (this.#state === 'open') {
      for (const channelLogin of channelLogins) this.part(channelLogin);
      this.#send('QUIT');
      this.resume();
      this.#state = 'closing';
      this.#silenceWatch.stop();
      this.#socket.end();
      this.#timer = setTimeout(() => this.#fail(undefined), this.#options.times.closeMs);
    }
    return this.#whenClosed.promise;
  }

  /** The PONG for the latest PING arrives after everything that was waiting. */
  #catchUp(): void {
    this.#delivery.stalled();
    if (this.#state !== 'open') return;
    this.#catchUps += 1;
    this.#send(`PING :chatlake-${this.#catchUps}`);
  }

  #handleLine(line: Buffer, wholeBytes: number): void {
    if (this.#state === 'closed') return;
    const head = readLineHead(line);
    this.#delivery.lineReceived(this.#readAtMs);
    if (this.#handleProtocolLine(line, head)) return;
    const { onLine, onEvent } = this.#options;
    const copy = Buffer.from(line);
    if (head.kind === 'PRIVMSG') this.#delivery.messageReceived(copy);
    onLine(copy, this.#readAtMs, head);
    if (wholeBytes > line.length) onEvent({ kind: 'lineCut', channelLogin: head.channelLogin, bytes: wholeBytes });
    if (head.kind === 'ROOMSTATE') this.#handleRoomState(head);
    else if (head.kind === 'RECONNECT') onEvent({ kind: 'reconnectRequested' });
    else if (head.kind === 'NOTICE') this.#handleNotice(line, head.channelLogin);
  }

  /** Handles lines that concern only the connection. Returns true if the line is not to be stored. */
  #handleProtocolLine(line: Buffer, { kind, numeric, channelLogin = '' }: LineHead): boolean {
    if (kind === 'PRIVMSG' || kind === 'other') return false;
    if (kind === 'PING') this.#send(`PONG :${textOf(line)}`);
    else if (kind === 'PONG' && textOf(line) === `chatlake-${this.#catchUps}`) this.#delivery.caughtUp();
    else if (kind === 'CAP' && line.includes(' NAK ')) this.#fail(this.#failure('tags and commands were refused'));
    else if (kind === 'numeric' && numeric === WELCOME) this.#opened(line);
    else if (kind === 'numeric' && numeric === END_OF_NAMES) this.#joined(channelLogin);
    else if (kind === 'JOIN' || kind === 'PART') {
      if (nickOf(line).toLowerCase() !== this.#nick) return false;
      if (kind === 'JOIN') this.#joined(channelLogin);
      else this.#emitRoom(channelLogin, { kind: 'parted', atMs: this.completeUpToMs });
    }
    return NOT_STORED.has(kind);
  }

  #handleNotice(line: Buffer, channelLogin: string | undefined): void {
    if (channelLogin !== undefined) {
      const id = tagOf(line, 'msg-id');
      return this.#emitRoom(channelLogin, { kind: 'noticed', id, atMs: this.completeUpToMs });
    }
    const text = textOf(line);
    if (!isLoginRefusal(text)) {
      if (this.#state === 'opening')
        this.#earlyNotice = `, after the notice ${JSON.stringify(text.slice(0, MAX_QUOTE_LENGTH))}`;
      return;
    }
    const { url, login } = this.#options;
    const message = `Expected ${url} to accept the login ${this.#nick}, got "${text}". ${refusalRemedy(login)}`;
    this.#fail(new IrcError('login-refused', message, { facts: { url, nick: this.#nick, answer: text } }));
  }

  /** Twitch sends it after each join and when a setting of the room changes. `room-id` is the channel that owns the room. */
  #handleRoomState({ channelLogin = '', roomId }: LineHead): void {
    this.#joined(channelLogin);
    if (roomId !== undefined) this.#emitRoom(channelLogin, { kind: 'identified', roomId, atMs: this.completeUpToMs });
  }

  #joined(channelLogin: string): void {
    this.#emitRoom(channelLogin, { kind: 'joined', atMs: this.#readAtMs });
  }

  #emitRoom(channelLogin: string, event: RoomEvent): void {
    this.#options.onEvent({ kind: 'room', channelLogin, event });
  }

  #opened(line: Buffer): void {
    if (this.#state !== 'opening') return;
    this.#nick = firstParameterOf(line).toLowerCase() || this.#nick;
    this.#state = 'open';
    clearTimeout(this.#timer);
    this.#silenceWatch.start();
    this.#delivery.caughtUp();
    this.#options.onEvent({ kind: 'opened' });
  }

  #failure(finding: string, cause?: unknown): IrcError {
    const { url } = this.#options;
    const facts = { facts: { url, nick: this.#nick }, ...(cause === undefined ? {} : { cause }) };
    return this.#state === 'opening'
      ? new IrcError('unreachable', `Expected a welcome from ${url}, but ${finding}${this.#earlyNotice}.`, facts)
      : new IrcError('lost', `Expected the connection to ${url} to stay open, but ${finding}.`, facts);
  }

  #fail(error: IrcError | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#silenceWatch.stop();
    this.#stallWatch.stop();
    this.#socket.destroy();
    this.#options.onEvent({ kind: 'closed', error, atMs: this.completeUpToMs });
    this.#whenClosed.resolve();
  }

  /** Sends one line. Line endings inside are replaced, since each would begin another line. */
  #send(line: string): void {
    if (!this.#socket.writable) return;
    if (this.#socket.writableLength > MAX_UNREAD_BYTES)
      return this.#fail(notReading(this.#options.url, MAX_UNREAD_BYTES));
    this.#socket.write(`${line.replaceAll(LINE_ENDS, ' ')}\r\n`);
  }
}
