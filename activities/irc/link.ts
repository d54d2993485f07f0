import type { Log } from '../../common/log.ts';
import type { FactError } from '../errors.ts';
import { IrcConnection } from './connection.ts';
import type { ChatLogin } from './chat-login.ts';
import { IrcError } from './irc-error.ts';
import type { JoinQueue } from './join-queue.ts';
import type { LineHead } from './line-kind.ts';
import { Member } from './member.ts';
import type { IrcPoolTimes } from './pool-times.ts';
import type { Room } from './room.ts';

/** What a link needs of its pool, and tells it. */
export interface LinkOwner {
  readonly url: string;
  readonly ca: string | undefined;
  readonly times: IrcPoolTimes;
  readonly now: () => number;
  readonly joins: JoinQueue;
  readonly log: Log;
  line(link: Link, line: Buffer, receivedAtMs: number, head: LineHead): void;
  opened(link: Link): void;
  reconnectAsked(link: Link): void;
  /** Every room of the link is joined or refused. */
  settled(link: Link): void;
  /** The last room has left. */
  emptied(link: Link): void;
  /** The room of a login is the channel `roomId`, and not the one that is wanted. */
  misnamed(room: Room, roomId: string, atMs: number): void;
  /** The last event. `error` is undefined where it was closed in order; `rooms` are those that nobody was leaving. */
  closed(link: Link, error: FactError | undefined, rooms: Room[]): void;
}

/**
 * A place for rooms on one connection, from the wish to open it to its end. It is *planned* while it waits for its turn to connect,
 * *connecting*, *open* and *closed*. Rooms may be added until it is closed or *retired*; their JOINs are queued as soon as it is open. A
 * retired link is still listened to.
 */
export class Link {
  /** How many attempts in a row came before this one. */
  readonly attempt: number;
  /** Links whose rooms this one takes over; they are closed when it has settled. */
  readonly predecessors: Set<Link>;
  readonly members = new Map<string, Member>();
  state: 'planned' | 'connecting' | 'open' | 'closed' = 'planned';
  /** Twitch has asked to move, or it is being closed. Nothing follows its end. */
  retired = false;
  /** On the clock that is never set, as `performance.now()` tells it. */
  openedAtMs: number | undefined;
  readonly #owner: LinkOwner;
  #connection: IrcConnection | undefined;
  #cutsLines = false;

  constructor(owner: LinkOwner, options: { attempt: number; predecessors: Iterable<Link> }) {
    this.#owner = owner;
    this.attempt = options.attempt;
    this.predecessors = new Set(options.predecessors);
  }

  get takesRooms(): boolean {
    return this.state !== 'closed' && !this.retired;
  }

  /** What was sent after that may not have come. */
  get completeUpToMs(): number {
    return this.#connection?.completeUpToMs ?? this.#owner.now();
  }

  /** How many rooms are joined on it, or about to be. */
  get roomsIn(): number {
    return [...this.members.values()].filter(({ isIn }) => isIn).length;
  }

  /** The id of a channel that is on this link. */
  channelId(channelLogin: string | undefined): string | undefined {
    return channelLogin === undefined ? undefined : this.#member(channelLogin)?.room.channelId;
  }

  connect(login: ChatLogin): void {
    const { url, ca, times, now } = this.#owner;
    this.state = 'connecting';
    this.#connection = new IrcConnection({
      url,
      login,
      ca,
      times,
      now,
      events: {
        opened: () => this.#opened(),
        line: (line, receivedAtMs, head) => this.#owner.line(this, line, receivedAtMs, head),
        joined: (channelLogin, atMs) => this.#member(channelLogin)?.joined(atMs),
        roomOf: (channelLogin, roomId, atMs) => this.#member(channelLogin)?.roomOf(roomId, atMs),
        parted: (channelLogin, completeUpToMs) => this.#member(channelLogin)?.parted(completeUpToMs),
        roomNotice: (channelLogin, id, completeUpToMs) => this.#member(channelLogin)?.noticed(id, completeUpToMs),
        lineCut: (channelLogin, bytes) => this.#lineCut(channelLogin, bytes),
        reconnectAsked: () => this.#reconnectAsked(),
        closed: (error, completeUpToMs) => this.#closed(error, completeUpToMs),
      },
    });
  }

  add(room: Room): void {
    const { times, now, joins, log } = this.#owner;
    const member = new Member({
      room,
      link: this,
      times,
      now,
      completeUpToMs: () => this.completeUpToMs,
      log,
      // A link that is given up for another joins no more rooms: the other one does.
      queueJoin: ({ isWanted, send }) => joins.add({ isWanted: () => !this.retired && isWanted(), send }, this.attempt),
      sendJoin: () => this.#connection?.join(room.channelLogin),
      sendPart: () => this.#connection?.part(room.channelLogin),
      misnamed: (roomId, atMs) => this.#owner.misnamed(room, roomId, atMs),
      settled: () => this.#lookSettled(),
      left: () => this.#left(room.channelLogin),
    });
    this.members.set(room.channelLogin, member);
    if (this.state === 'open') member.ask();
  }

  /** Leaves a room; resolves when the last of its lines on this link was handed on. */
  async remove(channelLogin: string): Promise<void> {
    await this.members.get(channelLogin)?.leave();
  }

  /** Asks again for rooms that were refused. */
  retryRefused(): void {
    for (const member of this.members.values()) member.retryRefused();
  }

  /** No more rooms come here, but those that are here are still listened to. */
  retire(): void {
    this.retired = true;
  }

  /**
   * Its rooms but those that are being left. Those that it has not come to are first: the next link asks in this order, and where links end
   * sooner than the JOIN budget lets all rooms through, the same ones would come last each time.
   */
  wantedRooms(): Room[] {
    const wanted = [...this.members.values()].filter((member) => !member.isLeaving);
    const [settled, others] = [wanted.filter((it) => it.settled), wanted.filter((it) => !it.settled)];
    return [...others, ...settled].map(({ room }) => room);
  }

  pause(): void {
    this.#connection?.pause();
  }

  resume(): void {
    this.#connection?.resume();
  }

  /** Leaves all rooms and closes in order; resolves when every line was handed on. */
  async close(): Promise<void> {
    this.retired = true;
    if (this.#connection === undefined) return this.fail(undefined);
    for (const member of this.members.values()) member.expectPart();
    await this.#connection.close(this.members.keys());
  }

  /** Ends a link that has no connection (yet). */
  fail(error: FactError | undefined): void {
    this.#closed(error, this.#owner.now());
  }

  /** Twitch may write a login in capitals. */
  #member(channelLogin: string): Member | undefined {
    return this.members.get(channelLogin.toLowerCase());
  }

  #opened(): void {
    if (this.state !== 'connecting') return;
    this.state = 'open';
    this.openedAtMs = performance.now();
    this.#owner.opened(this);
    for (const member of this.members.values()) member.ask();
  }

  /** One warning for a connection: where one line is so long, so will others be. */
  #lineCut(channelLogin: string | undefined, bytes: number): void {
    if (!this.#cutsLines) this.#owner.log.warn('A line was too long, and its end is left out', { channelLogin, bytes });
    this.#cutsLines = true;
  }

  #reconnectAsked(): void {
    if (!this.retired) this.#owner.reconnectAsked(this);
  }

  #closed(error: FactError | undefined, completeUpToMs: number): void {
    if (this.state === 'closed') return;
    const rooms = this.wantedRooms();
    this.state = 'closed';
    const reason = error instanceof IrcError ? `connection ${error.kind}` : 'connection closed';
    for (const member of [...this.members.values()]) member.lost(completeUpToMs, reason);
    this.#owner.closed(this, error, rooms);
  }

  #lookSettled(): void {
    for (const member of this.members.values()) if (!member.settled) return;
    this.#owner.settled(this);
  }

  #left(channelLogin: string): void {
    this.members.delete(channelLogin);
    if (this.state === 'closed') return;
    if (this.members.size === 0) this.#owner.emptied(this);
    else this.#lookSettled();
  }
}
