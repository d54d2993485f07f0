import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import { LOGIN } from '../../workflows/login.ts';
import type { ChatLogin } from './chat-login.ts';
import { JoinQueue } from './join-queue.ts';
import type { LineHead } from './line-kind.ts';
import type { LineSink } from '../kafka/line-sink.ts';
import { IrcError } from './error.ts';
import type { Link } from './link.ts';
import { Links } from './links.ts';
import type { RoomsEvent } from './links.ts';
import { DEFAULT_TIMES } from './pool-times.ts';
import type { IrcPoolTimes } from './pool-times.ts';
import { RateLimit } from './rate-limit.ts';
import { Room } from './room.ts';
import { LoginMismatches } from './login-mismatches.ts';
import { FailedRequests } from './listen-request.ts';
import type { RoomInput } from './room.ts';
import type { RoomState } from './room-state.ts';

export interface IrcPoolOptions {
  /** `irc://host:port`, or `ircs://host:port` for TLS. */
  url: string;
  /** Called for every connection, so that a refreshed token is used. */
  readChatLogin: () => Promise<ChatLogin>;
  sink: LineSink;
  /** The collector run that is named in every coverage record. */
  collector: string;
  log: Log;
  now?: () => number;
  /** PEM certificates to trust instead of the system's. */
  ca?: string;
  times?: Partial<IrcPoolTimes>;
  /** Default: 20 in 10 s, Twitch's limit for an account that is not verified. */
  joinLimit?: RateLimit;
  /** Limits logins. Default: 20 in 10 s. */
  loginLimit?: RateLimit;
  /** Default 100. */
  roomsPerConnection?: number;
}

/** One caller's subscription to a channel. */
export interface Subscription {
  /** Whether the room is joined now. */
  readonly joined: boolean;
  readonly state: RoomState;
  /** Never resolves. Rejects with a {@link FactError} when the room is given up, for example because the login was refused. */
  readonly failed: Promise<never>;
  /** Ends the subscription. The last one of a channel leaves the room, and resolves when all its lines are in the sink. */
  leave(reason: string): Promise<void>;
}

export interface IrcPool {
  join(room: RoomInput): Subscription;
  /** The number of rooms in each state. */
  states(): Map<RoomState, number>;
  /** Everything that Twitch sent to the rooms before this time has arrived, except what is reported as lost. Milliseconds since 1970. */
  completeUpToMs(): number;
  /** Leaves every room, closes the connections and flushes the sink. Every received line is kept. */
  close(): Promise<void>;
}

/** The reason that coverage gives for a room that could not be joined without a connection. */
const CONNECTION_REASONS: Record<IrcError['kind'], string> = {
  'login-refused': 'login-refused',
  'no-token': 'waiting for a token',
  unreachable: 'connection unreachable',
  lost: 'connection lost',
  silent: 'connection silent',
};

/** The key of a line without a channel. */
const NO_CHANNEL = '*';
/** Twitch counts JOINs and logins on arrival, in 10 s. One second more allows for the network. */
const TWITCH_WINDOW = { count: 20, windowMs: 11_000 };

/**
 * Listens to many channels over few connections, and sends every line to the sink except those that concern only the connection. See
 * {@link Links} for how rooms and connections are managed, {@link Room} for the coverage records.
 *
 * When the sink is full, all sockets are paused until it is writable again. The pool drops nothing. Unread lines wait in the kernel and
 * then at Twitch, which closes a connection that reads nothing for some minutes. The pool notices this after the pause, and reports a loss
 * from the time of the last message that had been sent before.
 */
export function createIrcPool(options: IrcPoolOptions): IrcPool {
  const { sink, collector, log, now = Date.now } = options;
  const rooms = new Map<string, Room>();
  const leaving = new Map<string, Promise<void>>();
  const joins = new JoinQueue(options.joinLimit ?? new RateLimit(TWITCH_WINDOW));
  const failedRequests = new FailedRequests(now);
  const mismatches = new LoginMismatches();
  let paused = false;
  let closed = false;

  function takeLine(link: Link, line: Buffer, receivedAtMs: number, head: LineHead): void {
    const { channelLogin, roomId, kind } = head;
    const key = roomId ?? link.channelId(channelLogin) ?? channelLogin?.toLowerCase() ?? NO_CHANNEL;
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
    logins: options.loginLimit ?? new RateLimit(TWITCH_WINDOW),
    readChatLogin: options.readChatLogin,
    url: options.url,
    ca: options.ca,
    times: { ...DEFAULT_TIMES, ...options.times },
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
      case 'wrongChannel':
        mismatches.add(event.room);
        return giveUp(event.room, event.atMs, wrongChannel(event.room, event.roomId));
      case 'failed':
        for (const room of event.rooms) forget(room, event.atMs, event.error);
    }
  }

  function forget(room: Room, atMs: number, error: FactError): void {
    room.fail(atMs, error);
    failedRequests.add(keyOf(room), room.request);
    if (rooms.get(room.channelLogin) === room) rooms.delete(room.channelLogin);
  }

  /** The login does not belong to the channel any more. Leaves the room and rejects its subscriptions. */
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

  /** If the room is being left at the moment, it is joined afterwards. */
  function open(input: RoomInput): Room {
    const room = new Room(input, { sink, collector, request: failedRequests.take(keyOf(input)) });
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
      if (closed) throw new FactError('Expected no join() after close() of the chat pool.', { retryable: true });
      const login = channelLogin.toLowerCase().replace(/^#/, '');
      if (!LOGIN.test(login)) throw invalidLogin(channelLogin);
      const wanted = { channelId, channelLogin: login };
      if (mismatches.has(wanted)) throw wrongChannel(wanted, 'another');
      const found = rooms.get(login);
      // A login can move from one channel to another. The newest request wins; ROOMSTATE says whether it is right.
      if (found !== undefined && found.channelId !== channelId) giveUp(found, now(), wrongChannel(found, channelId));
      const room = rooms.get(login) ?? open(wanted);
      room.listeners += 1;
      let isActive = true;
      return {
        get joined() {
          return isActive && room.joined;
        },
        get state() {
          return room.state;
        },
        failed: room.failed,
        async leave(reason) {
          if (!isActive) return;
          isActive = false;
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

    completeUpToMs: () => Math.min(now(), ...links.completeUpToMs()),

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
  const message = `Expected the login ${channelLogin} to belong to channel ${channelId}, but it now belongs to another channel. The next poll finds the new login.`;
  return new FactError(message, { facts: { channelId, channelLogin, roomId }, retryable: false });
}

function invalidLogin(channelLogin: string): FactError {
  const message = `Expected a login of at most 25 letters a to z, digits and _, got ${JSON.stringify(channelLogin)}. No channel can have this name.`;
  return new FactError(message, { facts: { channelLogin }, retryable: false });
}
