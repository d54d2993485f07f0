import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import { LOGIN } from '../../workflows/login.ts';
import type { ChatLogin } from './chat-login.ts';
import { JoinQueue } from './join-queue.ts';
import type { LineHead } from './line-kind.ts';
import type { LineSink } from './line-sink.ts';
import { IrcError } from './irc-error.ts';
import type { Link } from './link.ts';
import { Links } from './links.ts';
import type { RoomsEvent } from './links.ts';
import { defaultTimes } from './pool-times.ts';
import type { IrcPoolTimes } from './pool-times.ts';
import { RateLimit } from './rate-limit.ts';
import { Room } from './room.ts';
import { Strangers } from './strangers.ts';
import { FailedWishes } from './wish.ts';
import type { RoomInput } from './room.ts';
import type { RoomState } from './room-state.ts';

export interface IrcPoolOptions {
  /** `irc://host:port`, or `ircs://host:port` for TLS. */
  url: string;
  /** Asked anew for every connection, so that a refreshed token is used. */
  readChatLogin: () => Promise<ChatLogin>;
  sink: LineSink;
  /** This run's name, in every coverage record. */
  collector: string;
  log: Log;
  now?: () => number;
  /** PEM certificates to trust instead of the system's. */
  ca?: string;
  times?: Partial<IrcPoolTimes>;
  /** Default: 20 in 10 s, what Twitch allows an account that is not verified. */
  joinLimit?: RateLimit;
  /** Attempts to log in. Default: 20 in 10 s. */
  loginLimit?: RateLimit;
  /** Default 100. */
  roomsPerConnection?: number;
}

/** One caller's wish to hear a channel. */
export interface Listening {
  /** Whether the room is joined at the moment. */
  readonly joined: boolean;
  readonly state: RoomState;
  /** Never resolves; rejects with a {@link FactError} when the room is given up, for instance because the login was refused. */
  readonly failed: Promise<never>;
  /** Ends the wish. The last one of a channel leaves the room, and resolves when all its lines are in the sink. */
  leave(reason: string): Promise<void>;
}

export interface IrcPool {
  join(room: RoomInput): Listening;
  /** How many rooms are in which state. */
  states(): Map<RoomState, number>;
  /** Everything that Twitch had sent to the rooms by then has come, in milliseconds since 1970. What is told as lost does not count. */
  heardUpTo(): number;
  /** Leaves every room, closes the connections in order and flushes the sink: everything that was received is kept. */
  close(): Promise<void>;
}

/** Why a room could not be joined, where there was no connection. */
const CONNECTION_REASONS: Record<IrcError['kind'], string> = {
  'login-refused': 'login-refused',
  'no-token': 'waiting for a token',
  unreachable: 'connection unreachable',
  lost: 'connection lost',
  silent: 'connection silent',
};

/** The key of a line that belongs to no channel. */
const noChannel = '*';
/** Twitch counts JOINs and logins by arrival, within 10 s. */
const twitchWindow = { count: 20, windowMs: 11_000 };

/**
 * Listens to many channels over few connections, and hands every line but those of the connection itself to the sink. Channels and
 * connections come and go; see {@link Links} for what happens when, {@link Room} for what the coverage records say.
 *
 * When the sink is full all sockets are paused until it is writable again. The pool drops nothing: what it does not read waits with the
 * kernel, and then with Twitch for as long as that bears a client that reads nothing and answers no PING, some minutes. If Twitch closes the
 * connection meanwhile, that is seen when the pause is over, and told as a loss from the last message that had been sent before.
 */
export function createIrcPool(options: IrcPoolOptions): IrcPool {
  const { sink, collector, log, now = Date.now } = options;
  const rooms = new Map<string, Room>();
  const leaving = new Map<string, Promise<void>>();
  const joins = new JoinQueue(options.joinLimit ?? new RateLimit(twitchWindow));
  const failedWishes = new FailedWishes(now);
  const strangers = new Strangers();
  let paused = false;
  let closed = false;

  function takeLine(link: Link, line: Buffer, receivedAtMs: number, head: LineHead): void {
    const { channelLogin, roomId, kind } = head;
    const key = roomId ?? link.channelId(channelLogin) ?? channelLogin?.toLowerCase() ?? noChannel;
    if (sink.send({ key, line, receivedAtMs, isMessage: kind === 'PRIVMSG' })) return;
    if (paused) return link.pause();
    paused = true;
    for (const each of links) each.pause();
  }

  sink.onWritable(() => {
    paused = false;
    for (const link of links) link.resume();
  });

  const links = new Links({
    roomsPerLink: options.roomsPerConnection ?? 100,
    logins: options.loginLimit ?? new RateLimit(twitchWindow),
    readChatLogin: options.readChatLogin,
    url: options.url,
    ca: options.ca,
    times: { ...defaultTimes, ...options.times },
    now,
    joins,
    log,
    onLine: takeLine,
    onRooms: takeRooms,
  });

  function takeRooms(event: RoomsEvent): void {
    switch (event.kind) {
      case 'notConnected':
        for (const room of event.rooms) room.notConnected(reasonOf(event.error));
        return;
      case 'misnamed':
        strangers.add(event.room);
        return giveUp(event.room, event.atMs, wrongChannel(event.room, event.roomId));
      case 'failed':
        for (const room of event.rooms) forget(room, event.atMs, event.error);
    }
  }

  function forget(room: Room, atMs: number, error: FactError): void {
    room.fail(atMs, error);
    failedWishes.add(keyOf(room), room.wish);
    if (rooms.get(room.channelLogin) === room) rooms.delete(room.channelLogin);
  }

  /** The room is not its channel's (any more): it is left, and whoever listens is thrown the error. */
  function giveUp(room: Room, atMs: number, error: FactError): void {
    const { channelLogin } = room;
    forget(room, atMs, error);
    log.warn(error.message, error.facts);
    void leaveLinks(channelLogin, links.remove(channelLogin));
  }

  async function leaveLinks(channelLogin: string, left: Promise<void>): Promise<void> {
    leaving.set(channelLogin, left);
    await left;
    if (leaving.get(channelLogin) === left) leaving.delete(channelLogin);
  }

  /** Where the room is just being left, it is joined after that. */
  function open(input: RoomInput): Room {
    const room = new Room(input, { sink, collector, wish: failedWishes.take(keyOf(input)) });
    rooms.set(room.channelLogin, room);
    const left = leaving.get(room.channelLogin);
    if (left === undefined) links.place(room);
    else void left.then(() => rooms.get(room.channelLogin) === room && !closed && links.place(room));
    return room;
  }

  async function leave(room: Room, reason: string): Promise<void> {
    const { channelLogin } = room;
    if (rooms.get(channelLogin) !== room) return;
    rooms.delete(channelLogin);
    room.leave();
    await leaveLinks(
      channelLogin,
      links.remove(channelLogin).then(() => room.end(now(), reason)),
    );
  }

  return {
    join({ channelId, channelLogin }) {
      if (closed) throw new FactError('Expected no join after close() of the chat pool, got one.', { retryable: true });
      const login = channelLogin.toLowerCase().replace(/^#/, '');
      if (!LOGIN.test(login)) throw noLogin(channelLogin);
      const wanted = { channelId, channelLogin: login };
      if (strangers.has(wanted)) throw wrongChannel(wanted, 'another');
      const found = rooms.get(login);
      // A login may pass from one channel to another; the newest wish knows best, and Twitch's answer to its JOIN says whether it is right.
      if (found !== undefined && found.channelId !== channelId) giveUp(found, now(), wrongChannel(found, channelId));
      const room = rooms.get(login) ?? open(wanted);
      room.listeners += 1;
      let listening = true;
      return {
        get joined() {
          return listening && room.joined;
        },
        get state() {
          return room.state;
        },
        failed: room.failed,
        async leave(reason) {
          if (!listening) return;
          listening = false;
          room.listeners -= 1;
          if (room.listeners === 0) await leave(room, reason);
        },
      };
    },

    states() {
      const states = new Map<RoomState, number>();
      for (const { state } of rooms.values()) states.set(state, (states.get(state) ?? 0) + 1);
      return states;
    },

    heardUpTo: () => Math.min(now(), ...links.heardUpTo()),

    async close() {
      closed = true;
      joins.stop();
      const open = [...rooms.values()];
      rooms.clear();
      for (const room of open) room.leave();
      await links.close();
      await Promise.all(leaving.values());
      for (const room of open) room.end(now(), 'the collector stops');
      await sink.flush();
    },
  };
}

const reasonOf = (error: FactError): string =>
  error instanceof IrcError ? CONNECTION_REASONS[error.kind] : error.message;

const keyOf = ({ channelId, channelLogin }: RoomInput): string => `${channelId} ${channelLogin}`;

function wrongChannel({ channelId, channelLogin }: RoomInput, roomId: string): FactError {
  const message = `Expected the login ${channelLogin} to be that of channel ${channelId}, but it belongs to another channel by now. The next poll finds the new one.`;
  return new FactError(message, { facts: { channelId, channelLogin, roomId }, retryable: false });
}

function noLogin(channelLogin: string): FactError {
  const message = `Expected a login of at most 25 letters a to z, digits and _, got ${JSON.stringify(channelLogin)}. No channel has that name.`;
  return new FactError(message, { facts: { channelLogin }, retryable: false });
}
