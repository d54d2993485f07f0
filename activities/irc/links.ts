import { setTimeout as delay } from 'node:timers/promises';
import { FactError } from '../errors.ts';
import type { ChatLogin } from './chat-login.ts';
import { IrcError } from './irc-error.ts';
import { Link } from './link.ts';
import type { LinkEvent, LinkOptions } from './link.ts';
import { pauseBefore } from './pause.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Room } from './room.ts';

/**
 * Connections that are listened to beside the one that takes over from them. Twitch closes what it has asked to reconnect within half a
 * minute, and by the growing pauses no more than these come about in that time.
 */
const MOST_PREDECESSORS = 5;

/** What happens to rooms, whatever link they are on. */
export type RoomsEvent =
  /** A connection for these rooms did not come about. */
  | { kind: 'notConnected'; rooms: Room[]; error: FactError }
  /** The room of a login is the channel `roomId`, and not the one that is wanted. What was sent after `atMs` is lost. */
  | { kind: 'misnamed'; room: Room; roomId: string; atMs: number }
  /** These rooms will not be tried any more. What was sent after `atMs` is lost. */
  | { kind: 'failed'; rooms: Room[]; error: FactError; atMs: number };

interface LinksOptions extends Omit<LinkOptions, 'onEvent'> {
  roomsPerLink: number;
  logins: RateLimit;
  readChatLogin: () => Promise<ChatLogin>;
  onRooms(event: RoomsEvent): void;
}

/**
 * The links of a pool: which room goes where, and what follows a link that ends.
 *
 * A room goes to a link with a free place, or to a new one. A link that is *lost* is replaced by one that takes its rooms, after a pause
 * that grows with the attempts in a row. A link that Twitch has *asked to reconnect* is replaced at once, and is listened to until the new
 * one has settled: meanwhile messages come twice, and none is lost. One that was asked soon after it was open is replaced after a pause, too:
 * a server that asks after each welcome would have twenty logins a second. Where the new one is lost or asked in turn, its replacement takes over
 * the old ones too, as far as they have rooms joined: those that have none are closed, and of the others five stay. A link whose *login is
 * refused* is not replaced: its rooms fail, so that whoever wants them sees why; the login is read anew for every attempt, and the pause before
 * the next grows until one succeeds.
 */
export class Links {
  readonly #links = new Set<Link>();
  readonly #options: LinksOptions;
  readonly #closing = new AbortController();
  #refusals = 0;

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): IterableIterator<Link> {
    return this.#links.values();
  }

  place(room: Room): void {
    const free = [...this.#links].filter((link) => link.takesRooms && link.members.size < this.#options.roomsPerLink);
    const link = free.find(({ state }) => state === 'open') ?? free[0];
    if (link !== undefined) return link.add(room);
    this.#plan({ rooms: [room], attempt: 0, predecessors: [] });
  }

  /** Takes a room off every link; resolves when its last line was handed on. */
  async remove(channelLogin: string): Promise<void> {
    await Promise.all([...this.#links].map((link) => link.remove(channelLogin)));
  }

  /** Up to when each link that has rooms is complete. */
  heardUpTo(): number[] {
    const heard = [...this.#links].filter(({ state, members }) => state === 'open' && members.size > 0);
    return heard.map(({ completeUpToMs }) => completeUpToMs);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#links].map((link) => link.close()));
  }

  #plan(options: { rooms: Room[]; attempt: number; predecessors: Link[] }): void {
    const link = new Link({ ...this.#options, onEvent: (from, event) => this.#take(from, event) }, options);
    this.#links.add(link);
    for (const room of options.rooms) link.add(room);
    void this.#connect(link);
  }

  async #connect(link: Link): Promise<void> {
    const { times } = this.#options;
    const { signal } = this.#closing;
    try {
      const attempt = Math.max(link.attempt, this.#refusals);
      await delay(pauseBefore(attempt, { firstMs: times.reconnectFirstMs, maxMs: times.reconnectMaxMs }), undefined, {
        signal,
      });
      while (!this.#options.logins.take()) await delay(this.#options.logins.waitMs(), undefined, { signal });
      if (link.state !== 'planned') return;
      const login = await this.#options.readChatLogin();
      if (link.state === 'planned') link.connect(login);
    } catch (error) {
      if (signal.aborted) link.fail(undefined);
      else link.fail(noToken(error));
    }
  }

  #take(link: Link, event: LinkEvent): void {
    switch (event.kind) {
      case 'opened':
        this.#refusals = 0;
        return;
      case 'reconnectAsked':
        return this.#move(link);
      case 'settled':
        return void this.#takeOver(link);
      case 'emptied':
        return void link.close();
      case 'misnamed':
        return this.#options.onRooms(event);
      case 'closed':
        return this.#closed(link, event.error, event.rooms);
    }
  }

  #move(link: Link): void {
    if (this.#closing.signal.aborted) return;
    link.retire();
    const rooms = link.wantedRooms();
    if (rooms.length === 0) return;
    const attempt = this.#wasStable(link) ? 0 : link.attempt + 1;
    this.#options.log.info('Twitch asked to reconnect', { rooms: rooms.length, attempt });
    const { kept, given } = byHearing([link, ...link.predecessors]);
    // They are the new link's to close: this one may settle yet, when its last rooms leave.
    for (const each of [...kept, ...given]) each.predecessors.clear();
    for (const predecessor of given) void predecessor.close();
    this.#plan({ rooms, attempt, predecessors: kept });
  }

  async #takeOver(link: Link): Promise<void> {
    const predecessors = [...link.predecessors];
    if (predecessors.length === 0) return;
    link.predecessors.clear();
    await Promise.all(predecessors.map((predecessor) => predecessor.close()));
    link.retryRefused();
  }

  #closed(link: Link, error: FactError | undefined, rooms: Room[]): void {
    this.#links.delete(link);
    if (error === undefined || this.#closing.signal.aborted) return;
    const { log, now } = this.#options;
    log.warn(error.message, { ...error.facts, rooms: rooms.length, attempt: link.attempt });
    const refused = error instanceof IrcError && error.kind === 'login-refused';
    if (refused || !error.retryable) this.#refusals += 1;
    if (link.retired || rooms.length === 0) return;
    if (refused || !error.retryable) {
      const atMs = Math.min(now(), ...[...link.predecessors].map(({ completeUpToMs }) => completeUpToMs));
      for (const predecessor of link.predecessors) void predecessor.close();
      return this.#options.onRooms({ kind: 'failed', rooms, error, atMs });
    }
    if (link.openedAtMs === undefined) this.#options.onRooms({ kind: 'notConnected', rooms, error });
    this.#plan({ rooms, attempt: this.#wasStable(link) ? 1 : link.attempt + 1, predecessors: [...link.predecessors] });
  }

  #wasStable({ openedAtMs }: Link): boolean {
    return openedAtMs !== undefined && performance.now() - openedAtMs > this.#options.times.reconnectMaxMs;
  }
}

/**
 * Which of several connections that Twitch will close soon are still listened to: those that have rooms joined or about to be, and of these
 * the ones with most.
 */
function byHearing(links: readonly Link[]): { kept: Link[]; given: Link[] } {
  const kept = links
    .filter(({ roomsIn }) => roomsIn > 0)
    .sort((a, b) => b.roomsIn - a.roomsIn)
    .slice(0, MOST_PREDECESSORS);
  return { kept, given: links.filter((link) => !kept.includes(link)) };
}

/** The login could not be read. A reason that no retry mends stays one. */
function noToken(cause: unknown): FactError {
  if (!(cause instanceof FactError))
    return new IrcError('no-token', 'Expected to read the login for the chat, but that failed.', { cause });
  return cause.retryable ? new IrcError('no-token', cause.message, { facts: cause.facts, cause }) : cause;
}
