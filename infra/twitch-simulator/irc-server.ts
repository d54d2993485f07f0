import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import type { AccountCounts, AccountLimits } from './account-limits.ts';
import type { Attendance } from './attendance.ts';
import { IrcSession } from './irc-session.ts';
import type { Ledger } from './ledger.ts';
import { Random } from './random.ts';
import type { TokenBook } from './tokens.ts';
import type { World } from './world.ts';

/** A line for every connection that has joined the room. */
export interface RoomLine {
  channelLogin: string;
  /** Without CRLF. */
  line: Buffer;
  isMessage: boolean;
  /** The message's id; undefined if the line has none. */
  id: string | undefined;
}

/** The chat server: its listeners, its sessions, and who is in which room. */
export class IrcServer {
  readonly sessions = new Set<IrcSession>();
  refusedLogins = 0;
  readonly #rooms = new Map<string, Set<IrcSession>>();
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #world: World;
  readonly #tokens: TokenBook;
  readonly #ledger: Ledger;
  readonly #attendance: Attendance;
  readonly #limits: AccountLimits;
  readonly #now: () => number;
  /** `account channelLogin`. */
  readonly #bans = new Set<string>();
  #reconnects = { untilMs: -Infinity, afterMs: 0 };
  readonly #pinging: NodeJS.Timeout;
  #connectionCount = 0;

  constructor(options: {
    world: World;
    tokens: TokenBook;
    ledger: Ledger;
    attendance: Attendance;
    limits: AccountLimits;
    pingEveryMs: number;
    now: () => number;
  }) {
    this.#world = options.world;
    this.#tokens = options.tokens;
    this.#ledger = options.ledger;
    this.#attendance = options.attendance;
    this.#limits = options.limits;
    this.#now = options.now;
    this.#pinging = setInterval(() => {
      for (const session of [...this.sessions]) session.ping();
    }, options.pingEveryMs);
  }

  /** Listens and returns the port. Uses TLS if given a key and a certificate. */
  async listen(host: string, port: number, tls?: { key: string | Buffer; cert: string | Buffer }): Promise<number> {
    const accept = (socket: Socket): void => this.#accept(socket);
    const server = tls
      ? createTlsServer({ ...tls, allowHalfOpen: true }, accept)
      : createServer({ allowHalfOpen: true }, accept);
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  /** Sends a line to everybody in the room. Counts each PRIVMSG written to a joined connection, and notes each that nobody received. */
  say({ channelLogin, line, isMessage, id }: RoomLine): void {
    const members = this.#rooms.get(channelLogin) ?? new Set();
    const bytes = members.size === 0 ? undefined : Buffer.concat([line, LINE_END]);
    let heard = false;
    for (const session of members) {
      if (bytes === undefined || !session.deliver(bytes, isMessage) || !isMessage) continue;
      heard = true;
      this.#ledger.count(channelLogin, id);
    }
    if (isMessage && !heard) this.#attendance.missed(channelLogin, id);
  }

  /** For `forMs`, sends RECONNECT to each connection after its welcome, and closes it after `afterMs`. */
  reconnectEachWelcome(options: { forMs: number; afterMs: number }): void {
    this.#reconnects = { untilMs: this.#now() + options.forMs, afterMs: options.afterMs };
  }

  /** Sends RECONNECT to these connections, and closes those still open after `afterMs`. */
  askToReconnect(sessions: Iterable<IrcSession>, afterMs: number): void {
    const asked = [...sessions];
    for (const session of asked) session.askToReconnect();
    void delay(afterMs, undefined, { ref: false }).then(() => asked.forEach((session) => session.end()));
  }

  /** Bans our accounts, or one of them, from a room: their connections in it have to leave, and JOINs are refused. */
  ban(channelLogin: string, isTold: boolean, account?: string): void {
    if (account === undefined) this.#world.refusals.set(channelLogin, 'msg_banned');
    else this.#bans.add(`${account} ${channelLogin}`);
    for (const session of [...this.#members(channelLogin)])
      if (account === undefined || session.nick === account) session.ban(channelLogin, isTold);
  }

  /** The rooms, the connections and what was counted, by account. */
  accounts(): Record<string, AccountCounts & { rooms: string[]; connections: number }> {
    const counted = [...this.#limits.counts].map(([account, counts]) => {
      const own = [...this.sessions].filter(({ nick }) => nick === account);
      const rooms = [...new Set(own.flatMap((session) => [...session.rooms]))].sort();
      return [account, { ...counts, rooms, connections: own.length }] as const;
    });
    return Object.fromEntries(counted);
  }

  isJoined(channelLogin: string): boolean {
    return (this.#rooms.get(channelLogin)?.size ?? 0) > 0;
  }

  /** The number of connections in each channel. */
  joinedCounts(): Record<string, number> {
    return Object.fromEntries([...this.#rooms].map(([login, members]) => [login, members.size]));
  }

  async stop(): Promise<void> {
    clearInterval(this.#pinging);
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const session of [...this.sessions]) session.drop();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #accept(socket: Socket): void {
    this.#connectionCount += 1;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const random = new Random(`cuts/${this.#world.scenario.seed}/${this.#connectionCount}`);
    const session = new IrcSession({
      socket,
      random,
      world: this.#world,
      tokens: this.#tokens,
      owner: {
        mayLogIn: ({ nick }) => this.#limits.take('logins', nick),
        loggedIn: (member) => {
          if (this.#now() < this.#reconnects.untilMs) this.askToReconnect([member], this.#reconnects.afterMs);
        },
        loginRefused: () => void (this.refusedLogins += 1),
        maySendJoin: ({ nick }) => this.#limits.take('joins', nick),
        isBanned: ({ nick }, login) => this.#bans.has(`${nick} ${login}`),
        mayHold: ({ nick }, login) => this.#mayHold(nick, login),
        joined: (member, login) => {
          this.#members(login).add(member);
          this.#attendance.entered(login, member);
        },
        refused: (login, answer) => this.#attendance.refused(login, answer),
        parted: (member, login, by) => {
          this.#members(login).delete(member);
          this.#attendance.left(login, member, by);
        },
        ended: (member, broken) => {
          this.sessions.delete(member);
          if (broken) this.#ledger.countBroken();
        },
      },
    });
    this.sessions.add(session);
  }

  #mayHold(nick: string, login: string): boolean {
    const own = [...this.sessions].filter((session) => session.nick === nick);
    return this.#limits.mayHold(new Set([login, ...own.flatMap(({ rooms }) => [...rooms])]).size, nick);
  }

  #members(channelLogin: string): Set<IrcSession> {
    let members = this.#rooms.get(channelLogin);
    if (members === undefined) {
      members = new Set();
      this.#rooms.set(channelLogin, members);
    }
    return members;
  }
}

const LINE_END = Buffer.from('\r\n');
