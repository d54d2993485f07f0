import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { IrcSession } from './irc-session.ts';
import type { Ledger } from './ledger.ts';
import { Random } from './random.ts';
import type { TokenBook } from './tokens.ts';
import type { World } from './world.ts';

/** A line for a room, as handed to every connection that has joined it. */
export interface RoomLine {
  channelLogin: string;
  /** Without CRLF. */
  line: Buffer;
  isMessage: boolean;
  /** The message's id; undefined where the line has none. */
  id: string | undefined;
}

/** The chat: its listeners, its sessions and who is in which room. */
export class IrcServer {
  readonly sessions = new Set<IrcSession>();
  readonly #rooms = new Map<string, Set<IrcSession>>();
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #world: World;
  readonly #tokens: TokenBook;
  readonly #ledger: Ledger;
  readonly #pinging: NodeJS.Timeout;
  #connectionCount = 0;

  constructor(options: { world: World; tokens: TokenBook; ledger: Ledger; pingEveryMs: number }) {
    this.#world = options.world;
    this.#tokens = options.tokens;
    this.#ledger = options.ledger;
    this.#pinging = setInterval(() => {
      for (const session of [...this.sessions]) session.ping();
    }, options.pingEveryMs);
  }

  /** Listens and returns the port. With a key and a certificate it speaks TLS. */
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

  /** Sends a line to everybody in the room; each PRIVMSG written to a joined connection is counted. */
  say({ channelLogin, line, isMessage, id }: RoomLine): void {
    const members = this.#rooms.get(channelLogin);
    if (members === undefined || members.size === 0) return;
    const bytes = Buffer.concat([line, lineEnd]);
    for (const session of members) {
      if (session.deliver(bytes, isMessage) && isMessage) this.#ledger.count(channelLogin, id);
    }
  }

  isJoined(channelLogin: string): boolean {
    return (this.#rooms.get(channelLogin)?.size ?? 0) > 0;
  }

  /** How many connections have joined each channel. */
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
        joined: (member, login) => void this.#members(login).add(member),
        parted: (member, login) => void this.#members(login).delete(member),
        ended: (member, broken) => {
          this.sessions.delete(member);
          if (broken) this.#ledger.countBroken();
        },
      },
    });
    this.sessions.add(session);
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

const lineEnd = Buffer.from('\r\n');
