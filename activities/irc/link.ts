import type { Log } from '../../common/log.ts';
import type { FactError } from '../errors.ts';
import { IrcConnection } from './connection.ts';
import type { ConnectionEvent } from './connection-event.ts';
import type { ChatLogin } from './chat-login.ts';
import { IrcError } from './irc-error.ts';
import type { JoinQueue } from './join-queue.ts';
import type { LineHead } from './line-kind.ts';
import { Member } from './member.ts';
import type { MemberEvent, MemberLink } from './member.ts';
import type { IrcPoolTimes } from './pool-times.ts';
import type { Room } from './room.ts';

/** What a link tells the links of the pool. */
export type LinkEvent =
  | { kind: 'opened' }
  | { kind: 'reconnectAsked' }
  /** Every room of the link is joined or refused. */
  | { kind: 'settled' }
  /** The last room has left. */
  | { kind: 'emptied' }
  /** The room of a login is the channel `roomId`, and not the one that is wanted. */
  | { kind: 'misnamed'; room: Room; roomId: string; atMs: number }
  /** The last event. `error` is undefined where it was closed in order; `rooms` are those that nobody was leaving. */
  | { kind: 'closed'; error: FactError | undefined; rooms: Room[] };

/** What all links of a pool share. */
export interface LinkOptions {
  readonly url: string;
  readonly ca: string | undefined;
  readonly times: IrcPoolTimes;
  readonly now: () => number;
  readonly joins: JoinQueue;
  readonly log: Log;
  onLine(link: Link, line: Buffer, receivedAtMs: number, head: LineHead): void;
  onEvent(link: Link, event: LinkEvent): void;
}

/**
 * A place for rooms on one connection, from the wish to open it to its end. It is *planned* while it waits for its turn to connect,
 * *connecting*, *open* and *closed*. Rooms may be added until it is closed or *retired*; their JOINs are queued as soon as it is open. A
 * retired link is still listened to.
 */
export class Link implements MemberLink {
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
  readonly #options: LinkOptions;
  #connection: IrcConnection | undefined;
  #cutsLines = false;

  constructor(options: LinkOptions, origin: { attempt: number; predecessors: Iterable<Link> }) {
    this.#options = options;
    this.attempt = origin.attempt;
    this.predecessors = new Set(origin.predecessors);
  }

  get takesRooms(): boolean {
    return this.state !== 'closed' && !this.retired;
  }

  /** What was sent after that may not have come. */
  get completeUpToMs(): number {
    return this.#connection?.completeUpToMs ?? this.#options.now();
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
    const { url, ca, times, now, onLine } = this.#options;
    this.state = 'connecting';
    this.#connection = new IrcConnection({
      url,
      login,
      ca,
      times,
      now,
      onLine: (line, receivedAtMs, head) => onLine(this, line, receivedAtMs, head),
      onEvent: (event) => this.#take(event),
    });
  }

  join(channelLogin: string): void {
    this.#connection?.join(channelLogin);
  }

  part(channelLogin: string): void {
    this.#connection?.part(channelLogin);
  }

  add(room: Room): void {
    const { times, now, joins, log } = this.#options;
    const member = new Member({ room, link: this, joins, times, now, log });
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
   * sooner than the rate limit lets all rooms through, the same ones would come last each time.
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
    this.#closed(error, this.#options.now());
  }

  /** Twitch may write a login in capitals. */
  #member(channelLogin: string): Member | undefined {
    return this.members.get(channelLogin.toLowerCase());
  }

  #take(event: ConnectionEvent): void {
    switch (event.kind) {
      case 'opened':
        return this.#opened();
      case 'room':
        return this.#member(event.channelLogin)?.take(event.event);
      case 'lineCut':
        return this.#lineCut(event.channelLogin, event.bytes);
      case 'reconnectAsked':
        if (!this.retired) this.#tell(event);
        return;
      case 'closed':
        return this.#closed(event.error, event.atMs);
    }
  }

  told(member: Member, event: MemberEvent): void {
    switch (event.kind) {
      case 'settled':
        return this.#lookSettled();
      case 'misnamed':
        return this.#tell({ ...event, room: member.room });
      case 'gone':
        return this.#gone(member);
    }
  }

  #tell(event: LinkEvent): void {
    this.#options.onEvent(this, event);
  }

  #opened(): void {
    if (this.state !== 'connecting') return;
    this.state = 'open';
    this.openedAtMs = performance.now();
    this.#tell({ kind: 'opened' });
    for (const member of this.members.values()) member.ask();
  }

  /** One warning for a connection: where one line is so long, so will others be. */
  #lineCut(channelLogin: string | undefined, bytes: number): void {
    const { log } = this.#options;
    if (!this.#cutsLines) log.warn('A line was too long, and its end is left out', { channelLogin, bytes });
    this.#cutsLines = true;
  }

  #closed(error: FactError | undefined, completeUpToMs: number): void {
    if (this.state === 'closed') return;
    const rooms = this.wantedRooms();
    this.state = 'closed';
    const reason = error instanceof IrcError ? `connection ${error.kind}` : 'connection closed';
    for (const member of [...this.members.values()]) member.lost(completeUpToMs, reason);
    this.#tell({ kind: 'closed', error, rooms });
  }

  #lookSettled(): void {
    for (const member of this.members.values()) if (!member.settled) return;
    this.#tell({ kind: 'settled' });
  }

  #gone({ room }: Member): void {
    this.members.delete(room.channelLogin);
    if (this.state === 'closed') return;
    if (this.members.size === 0) this.#tell({ kind: 'emptied' });
    else this.#lookSettled();
  }
}
