import type { Socket } from 'node:net';
import type { LeftBy } from './attendance.ts';
import { CutWriter } from './cut-writer.ts';
import { writeNotice, writeRoomState } from './event-lines.ts';
import type { Random } from './random.ts';
import type { SessionOwner } from './session-owner.ts';
import { withoutTags } from './tags.ts';
import type { TokenBook } from './tokens.ts';
import type { World } from './world.ts';

const HOST = 'tmi.twitch.tv';
/** The NOTICE texts for each `msg-id` (Twitch docs, IRC msg-ids). */
const REFUSALS: Record<string, string> = {
  msg_channel_suspended: 'This channel does not exist or has been suspended.',
  msg_concurrent_channel_limit_reached: 'You are connected to too many chat channels.',
  msg_banned: 'You are permanently banned from talking in this channel.',
};
const KNOWN = new Set(['twitch.tv/tags', 'twitch.tv/commands', 'twitch.tv/membership']);

/**
 * One chat client. It is *unnamed* until NICK (after PASS, unless the nick is `justinfan…`), then *welcomed*, then *ended*: by QUIT, the
 * end of the client's stream, a refused login, an unanswered PING or a control command. JOIN is answered with the echo, 353, 366 and
 * ROOMSTATE. A JOIN for a channel that does not exist is ignored, as Twitch does.
 */
export class IrcSession {
  readonly rooms = new Set<string>();
  nick = '';
  /** Number of PRIVMSG lines written to this connection. */
  sent = 0;
  #stalled = false;
  readonly #socket: Socket;
  readonly #writer: CutWriter;
  readonly #world: World;
  readonly #tokens: TokenBook;
  readonly #owner: SessionOwner;
  readonly #capabilities = new Set<string>();
  #unread = '';
  #password = '';
  #ended = false;
  #pingUnanswered = false;

  constructor(options: { socket: Socket; random: Random; world: World; tokens: TokenBook; owner: SessionOwner }) {
    this.#socket = options.socket;
    this.#writer = new CutWriter(options.socket, options.random);
    this.#world = options.world;
    this.#tokens = options.tokens;
    this.#owner = options.owner;
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (bytes: Buffer) => this.#read(bytes.toString('latin1')));
    this.#socket.on('end', () => this.#end('client closed'));
    this.#socket.on('error', () => this.#finish(true));
    this.#socket.on('close', () => this.#finish(true));
  }

  /** A stalled session keeps its socket open, but neither sends nor answers. */
  get stalled(): boolean {
    return this.#stalled;
  }

  stall(): void {
    this.#stalled = true;
    for (const login of this.rooms) this.#owner.parted(this, login, 'stalled');
  }

  get wantsTags(): boolean {
    return this.#capabilities.has('twitch.tv/tags');
  }

  get wantsCommands(): boolean {
    return this.#capabilities.has('twitch.tv/commands');
  }

  /** Writes one line of a room to the socket. Returns false if the client did not request such lines or the socket is closed. */
  deliver(line: Buffer, isMessage: boolean): boolean {
    if (this.#ended || this.stalled || this.#socket.destroyed || (!isMessage && !this.wantsCommands)) return false;
    this.#writer.write(this.wantsTags ? line : withoutTags(line));
    if (isMessage) this.sent += 1;
    return true;
  }

  /** Sends RECONNECT. */
  askToReconnect(): void {
    this.#send(`:${HOST} RECONNECT`);
  }

  /** Sends a PING. Closes a client that did not answer the last one. */
  ping(): void {
    if (this.#pingUnanswered) return this.end();
    this.#pingUnanswered = true;
    this.#send(`PING :${HOST}`);
  }

  /** Closes in an orderly way: everything written arrives. */
  end(): void {
    this.#end('server closed');
  }

  /** Removes our account from a room. Twitch sends PART, often without a reason (Chatterino/chatterino2#2110). */
  ban(channelLogin: string, isTold: boolean): void {
    if (!this.rooms.has(channelLogin)) return;
    this.#part(channelLogin, 'banned');
    if (isTold) this.#sayNo(channelLogin, 'msg_banned');
  }

  #end(by: LeftBy): void {
    this.#finish(false, by);
    this.#writer.end();
  }

  /** Resets the connection: data in flight is lost. */
  drop(): void {
    this.#finish(true);
    this.#writer.discard();
    if ('encrypted' in this.#socket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #finish(broken: boolean, by: LeftBy = 'server closed'): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const login of this.rooms) this.#owner.parted(this, login, by);
    this.#owner.ended(this, broken && this.rooms.size > 0);
    this.rooms.clear();
  }

  #read(text: string): void {
    if (this.stalled) return;
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop() ?? '';
    for (const line of lines) {
      if (!this.#ended) this.#obey(line.replace(/\r$/, ''));
    }
  }

  #obey(line: string): void {
    const [command = '', ...parameters] = line.split(' ');
    const rest = parameters.join(' ').replace(/^:/, '');
    switch (command.toUpperCase()) {
      case 'CAP':
        return this.#negotiate(parameters);
      case 'PASS':
        this.#password = rest;
        return;
      case 'NICK':
        return this.#logIn(rest.trim().toLowerCase());
      case 'JOIN':
        return rest.split(',').forEach((channel) => this.#join(channel.trim().toLowerCase()));
      case 'PART':
        return rest.split(',').forEach((channel) => this.#part((channel.split(' ')[0] ?? '').toLowerCase(), 'part'));
      case 'PING':
        return this.#send(`:${HOST} PONG ${HOST} :${rest}`);
      case 'PONG':
        this.#pingUnanswered = false;
        return;
      case 'QUIT':
        return this.#end('client closed');
      default:
        return;
    }
  }

  #negotiate([verb = '', ...names]: string[]): void {
    const wanted = names.join(' ').replace(/^:/, '').split(' ').filter(Boolean);
    if (verb.toUpperCase() === 'LS') return this.#send(`:${HOST} CAP * LS :${[...KNOWN].join(' ')}`);
    if (verb.toUpperCase() !== 'REQ') return;
    const granted = wanted.every((name) => KNOWN.has(name));
    if (granted) wanted.forEach((name) => this.#capabilities.add(name));
    this.#send(`:${HOST} CAP * ${granted ? 'ACK' : 'NAK'} :${wanted.join(' ')}`);
  }

  #logIn(nick: string): void {
    const anonymous = /^justinfan\d+$/.test(nick);
    if (!anonymous && !this.#password.startsWith('oauth:')) return this.#refuse('Improperly formatted auth');
    const user = anonymous ? undefined : this.#tokens.chatUser(this.#password.slice('oauth:'.length));
    if (!anonymous && user?.login !== nick) return this.#refuse('Login authentication failed');
    this.nick = nick;
    if (!this.#owner.mayLogIn(this)) return this.end();
    const welcome: [string, string][] = [
      ['001', ':Welcome, GLHF!'],
      ['002', `:Your host is ${HOST}`],
      ['003', ':This server is rather new'],
      ['004', ':-'],
      ['375', ':-'],
      ['372', ':You are in a maze of twisty passages, all alike.'],
      ['376', ':>'],
    ];
    for (const [numeric, text] of welcome) this.#send(`:${HOST} ${numeric} ${nick} ${text}`);
    if (user !== undefined && this.wantsCommands) {
      const tags = this.wantsTags ? `@color=;display-name=${nick};emote-sets=0;user-id=${user.id};user-type= ` : '';
      this.#send(`${tags}:${HOST} GLOBALUSERSTATE`);
    }
    this.#owner.loggedIn(this);
  }

  #refuse(text: string): void {
    this.#owner.loginRefused();
    this.#send(`:${HOST} NOTICE * :${text}`);
    this.end();
  }

  #join(name: string): void {
    const login = name.replace(/^#/, '');
    const channel = this.#world.channel(login);
    if (this.nick === '' || this.#ended || this.rooms.has(login)) return;
    if (!this.#owner.maySendJoin(this)) return this.end();
    if (!this.#owner.mayHold(this, login)) return this.#sayNo(login, 'msg_concurrent_channel_limit_reached');
    const refusal = this.#owner.isBanned(this, login) ? 'msg_banned' : this.#world.refusals.get(login);
    if (channel === undefined || refusal === null) return this.#owner.refused(login, null);
    if (refusal !== undefined) return this.#sayNo(login, refusal);
    const self = `${this.nick}.${HOST}`;
    this.#send(`:${this.nick}!${this.nick}@${self} JOIN #${login}`);
    this.#send(`:${self} 353 ${this.nick} = #${login} :${this.nick}`);
    this.#send(`:${self} 366 ${this.nick} #${login} :End of /NAMES list`);
    if (this.wantsCommands) this.#sendRoom(writeRoomState(channel));
    this.rooms.add(login);
    this.#owner.joined(this, login);
  }

  #sayNo(login: string, msgId: string): void {
    this.#owner.refused(login, msgId);
    if (this.wantsCommands) this.#sendRoom(writeNotice(login, msgId, REFUSALS[msgId] ?? 'You may not join this room.'));
  }

  #part(name: string, by: LeftBy): void {
    const login = name.replace(/^#/, '');
    if (!this.rooms.delete(login)) return;
    this.#owner.parted(this, login, by);
    this.#send(`:${this.nick}!${this.nick}@${this.nick}.${HOST} PART #${login}`);
  }

  #sendRoom(line: string): void {
    const bytes = Buffer.from(`${line}\r\n`);
    if (!this.stalled) this.#writer.write(this.wantsTags ? bytes : withoutTags(bytes));
  }

  #send(line: string): void {
    if (!this.stalled && !this.#socket.destroyed) this.#writer.write(Buffer.from(`${line}\r\n`));
  }
}
