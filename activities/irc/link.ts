import type { Log } from '../../common/log.ts';
import type { FactError } from '../errors.ts';
import { IrcConnection } from './connection.ts';
import type { ConnectionEvent } from './connection-event.ts';
import type { ChatLogin } from './chat-login.ts';
import { IrcError } from './error.ts';
import type { JoinQueue } from './join-queue.ts';
import type { LineHead } from './line-kind.ts';
import { Member } from './member.ts';
import type { MemberEvent, MemberLink } from './member.ts';
import type { IrcPoolTimes } from './pool-times.ts';
import type { Room } from './room.ts';

/** What a link reports to {@link Links}. */
export type LinkEvent =
  | { kind: 'opened' }
  | { kind: 'reconnectRequested' }
  /** Every room of the link is joined or refused. */
  | { kind: 'settled' }
  /** The link has no more rooms. */
  | { kind: 'emptied' }
  /** The login belongs to the channel `roomId`, not to the wanted one. */
  | { kind: 'wrongChannel'; room: Room; roomId: string; atMs: number }
  /** The last event. `error` is undefined after an orderly close. `rooms` excludes those that are being left. */
  | { kind: 'closed'; error: FactError | undefined; rooms: Room[] };

/** What all links of an account share. */
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
 * One connection and its rooms. It is *planned* while it waits to connect, then *connecting*, *open* and *closed*. Rooms can be added until
 * it is closed or *retired*. Their JOINs are queued when it is open. A retired link still receives lines.
 */
export class Link implements MemberLink {
  /** How many consecutive attempts preceded this one. */
  readonly attempt: number;
  /** Links that this one replaces. They are closed when it has settled. */
  readonly predecessors: Set<Link>;
  readonly members = new Map<string, Member>();
  state: 'planned' | 'connecting' | 'open' | 'closed' = 'planned';
  /** Twitch asked to reconnect, or the link is being closed. It is not replaced when it ends. */
  retired = false;
  /** Monotonic clock, as `performance.now()`. */
  openedAtMs: number | undefined;
  readonly #options: LinkOptions;
  #connection: IrcConnection | undefined;
  #warnedOfCut = false;

  constructor(options: LinkOptions, origin: { attempt: number; predecessors: Iterable<Link> }) {
    this.#options = options;
    this.attempt = origin.attempt;
    this.predecessors = new Set(origin.predecessors);
  }

  get takesRooms(): boolean {
    return this.state !== 'closed' && !this.retired;
  }

  /** What Twitch sent after this time may not have arrived yet. */
  get completeUpToMs(): number {
    return this.#connection?.completeUpToMs ?? this.#options.now();
  }

  /** How many rooms are joined or have a JOIN sent. */
  get activeRooms(): number {
    return [...this.members.values()].filter(({ isActive }) => isActive).length;
  }

  /** The id of a channel on this link. */
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
      onEvent: (event) => this.#handleEvent(event),
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

  /** Leaves a room. Resolves when its last line on this link has been passed on. */
  async remove(channelLogin: string): Promise<void> {
    await this.members.get(channelLogin)?.leave();
  }

  /** Sends no more JOINs. */
  stopJoins(): void {
    this.#options.joins.stop();
  }

  /** Sends the JOINs of refused rooms again. */
  retryRefused(): void {
    for (const member of this.members.values()) member.retryRefused();
  }

  /** Takes no more rooms, but still receives lines for those it has. */
  retire(): void {
    this.retired = true;
  }

  /**
   * Its rooms, except those being left. Rooms that are not joined yet come first: the next link joins in this order. If links end before
   * the rate limit lets every room through, a fixed order would leave out the same rooms each time.
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

  /** Leaves all rooms and closes the connection. Resolves when every received line has been passed on. */
  async close(): Promise<void> {
    this.retired = true;
    if (this.#connection === undefined) return this.fail(undefined);
    for (const member of this.members.values()) member.expectPart();
    await this.#connection.close(this.members.keys());
  }

  /** Ends a link that has no connection yet. */
  fail(error: FactError | undefined): void {
    this.#closed(error, this.#options.now());
  }

  /** Twitch may send a login in capitals. */
  #member(channelLogin: string): Member | undefined {
    return this.members.get(channelLogin.toLowerCase());
  }

  #handleEvent(event: ConnectionEvent): void {
    switch (event.kind) {
      case 'opened':
        return this.#opened();
      case 'room':
        return this.#member(event.channelLogin)?.take(event.event);
      case 'lineCut':
        return this.#lineCut(event.channelLogin, event.bytes);
      case 'reconnectRequested':
        if (!this.retired) this.#emit(event);
        return;
      case 'closed':
        return this.#closed(event.error, event.atMs);
    }
  }

  onMemberEvent(member: Member, event: MemberEvent): void {
    switch (event.kind) {
      case 'settled':
        return this.#checkSettled();
      case 'wrongChannel':
        return this.#emit({ ...event, room: member.room });
      case 'gone':
        return this.#removed(member);
    }
  }

  #emit(event: LinkEvent): void {
    this.#options.onEvent(this, event);
  }

  #opened(): void {
    if (this.state !== 'connecting') return;
    this.state = 'open';
    this.openedAtMs = performance.now();
    this.#emit({ kind: 'opened' });
    for (const member of this.members.values()) member.ask();
  }

  /** Warns once per connection, since one long line is often followed by others. */
  #lineCut(channelLogin: string | undefined, bytes: number): void {
    const { log } = this.#options;
    if (!this.#warnedOfCut) log.warn('cut a line that was too long', { channelLogin, bytes });
    this.#warnedOfCut = true;
  }

  #closed(error: FactError | undefined, completeUpToMs: number): void {
    if (this.state === 'closed') return;
    const rooms = this.wantedRooms();
    this.state = 'closed';
    const reason = error instanceof IrcError ? `connection ${error.kind}` : 'connection closed';
    for (const member of [...this.members.values()]) member.lost(completeUpToMs, reason);
    this.#emit({ kind: 'closed', error, rooms });
  }

  #checkSettled(): void {
    for (const member of this.members.values()) if (!member.settled) return;
    this.#emit({ kind: 'settled' });
  }

  #removed({ room }: Member): void {
    this.members.delete(room.channelLogin);
    if (this.state === 'closed') return;
    if (this.members.size === 0) this.#emit({ kind: 'emptied' });
    else this.#checkSettled();
  }
}
