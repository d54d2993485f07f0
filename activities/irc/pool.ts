import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import { LOGIN } from '../../workflows/login.ts';
import type { LineHead } from './line-kind.ts';
import type { LineSink } from '../kafka/line-sink.ts';
import { IrcError } from './error.ts';
import type { Link } from './link.ts';
import type { RoomsEvent } from './links.ts';
import { DEFAULT_TIMES } from './pool-times.ts';
import type { IrcPoolTimes } from './pool-times.ts';
import { Reader, chooseReader, linksOf } from './reader.ts';
import type { ReaderAccount } from './reader.ts';
import { Room } from './room.ts';
import { invalidLogin, wrongChannel } from './room-errors.ts';
import { LoginMismatches } from './login-mismatches.ts';
import { FailedRequests } from './listen-request.ts';
import type { RoomInput } from './room.ts';
import { countStates } from './room-state.ts';
import type { RoomState } from './room-state.ts';
import { subscribe } from './subscription.ts';
import type { Subscription } from './subscription.ts';

export interface IrcPoolOptions {
  /** `irc://host:port`, or `ircs://host:port` for TLS. */
  url: string;
  /** At least one. */
  accounts: readonly ReaderAccount[];
  sink: LineSink;
  /** The collector run that is named in every coverage record. */
  collector: string;
  log: Log;
  now?: () => number;
  /** PEM certificates to trust instead of the system's. */
  ca?: string;
  times?: Partial<IrcPoolTimes>;
  /** Default 100. */
  roomsPerConnection?: number;
}

export interface IrcPool {
  /**
   * @param account the account that shall read the room, if it is not open yet. By default the one with the fewest rooms.
   * @param wantedSinceMs since when the channel is wanted. Default: now.
   */
  join(room: RoomInput, account?: string, wantedSinceMs?: number): Subscription;
  /** The number of rooms in each state. */
  states(): Map<RoomState, number>;
  /** The same for each account. */
  statesOfAccounts(): Map<string, Map<RoomState, number>>;
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

/**
 * Listens to many channels over few connections, and sends every line to the sink except those that concern only the connection. Each room
 * is read by one account, from its first subscription to its last. See {@link Reader} for accounts, {@link Links} for how rooms and
 * connections are managed, {@link Room} for the coverage records.
 *
 * When the sink is full, all sockets are paused until it is writable again. The pool drops nothing. Unread lines wait in the kernel and
 * then at Twitch, which closes a connection that reads nothing for some minutes. The pool notices this after the pause, and reports a loss
 * from the time of the last message that had been sent before.
 */
export function createIrcPool(options: IrcPoolOptions): IrcPool {
  const { sink, collector, log, now = Date.now } = options;
  const rooms = new Map<string, Room>();
  const leaving = new Map<string, Promise<void>>();
  const failedRequests = new FailedRequests(now);
  const mismatches = new LoginMismatches();
  let paused = false;
  let closed = false;

  function takeLine(link: Link, line: Buffer, receivedAtMs: number, head: LineHead): void {
    const { channelLogin, roomId, kind } = head;
    const key = roomId ?? link.channelId(channelLogin) ?? channelLogin?.toLowerCase() ?? NO_CHANNEL;
    const room = kind === 'PRIVMSG' ? rooms.get(channelLogin?.toLowerCase() ?? '') : undefined;
    if (room !== undefined) room.messages += 1;
    if (sink.send({ key, line, receivedAtMs, isMessage: kind === 'PRIVMSG' })) return;
    if (paused) return link.pause();
    paused = true;
    for (const each of linksOf(readers)) each.pause();
  }

  sink.onWritable(() => {
    paused = false;
    for (const link of linksOf(readers)) link.resume();
  });

  const shared = {
    roomsPerLink: options.roomsPerConnection ?? 100,
    url: options.url,
    ca: options.ca,
    times: { ...DEFAULT_TIMES, ...options.times },
    now,
    log,
    onLine: takeLine,
    onRooms: takeRooms,
  };
  const readers = options.accounts.map((account) => new Reader(account, shared));
  const readerOf = ({ account }: Room): Reader => chooseReader(readers, account);

  function takeRooms(event: RoomsEvent): void {
    switch (event.kind) {
      case 'notConnected':
        for (const room of event.rooms) room.notConnected(reasonOf(event.error));
        return;
      case 'wrongChannel':
        mismatches.add(event.room);
        return giveUp(event.room, event.atMs, wrongChannel(event.room, event.roomId));
      case 'failed':
        for (const room of event.rooms) {
          forget(room, event.atMs, event.error);
          readerOf(room).forget(room);
        }
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
    void leaveLinks(channelLogin, readerOf(room).remove(room));
  }

  async function leaveLinks(channelLogin: string, left: Promise<void>): Promise<void> {
    leaving.set(channelLogin, left);
    await left;
    if (leaving.get(channelLogin) === left) leaving.delete(channelLogin);
  }

  /** If the room is being left at the moment, it is joined afterwards. */
  function open(input: RoomInput, account: string | undefined, wantedSinceMs: number | undefined): Room {
    const reader = chooseReader(readers, account);
    const request = failedRequests.take(keyOf(input), wantedSinceMs);
    const room = new Room(input, { sink, collector, account: reader.name, request });
    rooms.set(room.channelLogin, room);
    const left = leaving.get(room.channelLogin);
    if (left === undefined) reader.place(room);
    else void left.then(() => rooms.get(room.channelLogin) === room && !closed && reader.place(room));
    return room;
  }

  async function leave(room: Room, reason: string): Promise<void> {
    const { channelLogin } = room;
    if (rooms.get(channelLogin) !== room) return;
    rooms.delete(channelLogin);
    clearTimeout(room.kept);
    room.leave();
    await leaveLinks(
      channelLogin,
      readerOf(room)
        .remove(room)
        .then(() => room.end(now(), reason)),
    );
  }

  return {
    join({ channelId, channelLogin }, account, wantedSinceMs) {
      if (closed) throw new FactError('Expected no join() after close() of the chat pool.', { retryable: true });
      const login = channelLogin.toLowerCase().replace(/^#/, '');
      if (!LOGIN.test(login)) throw invalidLogin(channelLogin);
      const wanted = { channelId, channelLogin: login };
      if (mismatches.has(wanted)) throw wrongChannel(wanted, 'another');
      const found = rooms.get(login);
      // A login can move from one channel to another. The newest request wins; ROOMSTATE says whether it is right.
      if (found !== undefined && found.channelId !== channelId) giveUp(found, now(), wrongChannel(found, channelId));
      else if (found?.listeners === 0 && account !== undefined && found.account !== account)
        void leave(found, 'read by another account');
      const room = rooms.get(login) ?? open(wanted, account, wantedSinceMs);
      return subscribe(room, { leave, keepRoomMs: shared.times.keepRoomMs });
    },

    states: () => countStates(rooms.values()),

    statesOfAccounts() {
      const byAccount = Map.groupBy(rooms.values(), ({ account }) => account);
      return new Map(readers.map(({ name }) => [name, countStates(byAccount.get(name) ?? [])]));
    },

    completeUpToMs: () => Math.min(now(), ...readers.flatMap(({ links }) => links.completeUpToMs())),

    async close() {
      closed = true;
      for (const reader of readers) reader.stop();
      const open = [...rooms.values()];
      rooms.clear();
      for (const room of open) {
        clearTimeout(room.kept);
        room.leave();
      }
      await Promise.all(readers.map(({ links }) => links.close()));
      await Promise.all(leaving.values());
      for (const room of open) room.end(now(), 'the collector stops');
      await sink.flush();
    },
  };
}

const reasonOf = (error: FactError): string =>
  error instanceof IrcError ? CONNECTION_REASONS[error.kind] : error.message;

const keyOf = ({ channelId, channelLogin }: RoomInput): string => `${channelId} ${channelLogin}`;
