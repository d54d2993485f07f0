import { setTimeout as delay } from 'node:timers/promises';
import { FactError } from '../errors.ts';
import type { ChatLogin } from './chat-login.ts';
import { IrcError } from './error.ts';
import type { JoinQueue } from './join-queue.ts';
import { Link } from './link.ts';
import type { LinkEvent, LinkOptions } from './link.ts';
import { pauseBefore } from './pause.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Room } from './room.ts';

/**
 * How many old connections are kept open while a new one takes over. Twitch closes a connection within 30 s of asking it to reconnect, and
 * with the growing pauses no more than five are opened in that time.
 */
const MAX_PREDECESSORS = 5;

/** What happens to rooms, on whichever link they are. */
export type RoomsEvent =
  /** No connection could be opened for these rooms. */
  | { kind: 'notConnected'; rooms: Room[]; error: FactError }
  /** The login belongs to the channel `roomId`, not to the wanted one. What was sent after `atMs` is lost. */
  | { kind: 'wrongChannel'; room: Room; roomId: string; atMs: number }
  /** These rooms are given up. What was sent after `atMs` is lost. */
  | { kind: 'failed'; rooms: Room[]; error: FactError; atMs: number };

export interface LinksOptions extends Omit<LinkOptions, 'joins' | 'onEvent'> {
  /** The queue for the JOINs of a new link. Links may share one. */
  joinsOfLink(): JoinQueue;
  roomsPerLink: number;
  logins: RateLimit;
  readChatLogin: () => Promise<ChatLogin>;
  /** Twitch has refused the login: its token may be invalid. */
  onLoginRefused(): void;
  onRooms(event: RoomsEvent): void;
}

/**
 * The links of an account. Assigns rooms to links and replaces links that end:
 *
 * - A room goes to a link with free capacity, or to a new one.
 * - A *lost* link is replaced by one that takes its rooms, after a pause that grows with each consecutive attempt.
 * - A link that Twitch *asked to reconnect* is replaced at once and stays open until the new one has settled. Meanwhile messages arrive
 *   twice, and none is lost. If Twitch asks soon after the link opened, the replacement waits too: a server that asks after every welcome
 *   would otherwise cause twenty logins a second. If the new link is lost or asked to reconnect as well, its replacement also takes over
 *   the older links. Those without joined rooms are closed; of the others at most five are kept.
 * - A link whose *login is refused* is not replaced. Its rooms fail, so that their callers see the reason. The login is read again for
 *   every attempt, and the pause grows until one succeeds.
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

  /** Removes a room from every link. Resolves when its last line has been passed on. */
  async remove(channelLogin: string): Promise<void> {
    await Promise.all([...this.#links].map((link) => link.remove(channelLogin)));
  }

  /** For each open link with rooms, the time up to which it is complete. */
  completeUpToMs(): number[] {
    const open = [...this.#links].filter(({ state, members }) => state === 'open' && members.size > 0);
    return open.map(({ completeUpToMs }) => completeUpToMs);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#links].map((link) => link.close()));
  }

  #plan(options: { rooms: Room[]; attempt: number; predecessors: Link[] }): void {
    const joins = this.#options.joinsOfLink();
    const onEvent = (from: Link, event: LinkEvent): void => this.#handleEvent(from, event);
    const link = new Link({ ...this.#options, joins, onEvent }, options);
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
      else link.fail(loginUnreadable(error));
    }
  }

  #handleEvent(link: Link, event: LinkEvent): void {
    switch (event.kind) {
      case 'opened':
        this.#refusals = 0;
        return;
      case 'reconnectRequested':
        return this.#reconnect(link);
      case 'settled':
        return void this.#takeOver(link);
      case 'emptied':
        return void link.close();
      case 'wrongChannel':
        return this.#options.onRooms(event);
      case 'closed':
        return this.#closed(link, event.error, event.rooms);
    }
  }

  #reconnect(link: Link): void {
    if (this.#closing.signal.aborted) return;
    link.retire();
    const rooms = link.wantedRooms();
    if (rooms.length === 0) return;
    const attempt = this.#wasStable(link) ? 0 : link.attempt + 1;
    this.#options.log.info('Twitch asked to reconnect', { rooms: rooms.length, attempt });
    const { kept, dropped } = choosePredecessors([link, ...link.predecessors]);
    // The new link closes them. This one may still settle when its last rooms leave.
    for (const each of [...kept, ...dropped]) each.predecessors.clear();
    for (const predecessor of dropped) void predecessor.close();
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
    if (refused) this.#options.onLoginRefused();
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

/** Chooses which connections to keep until Twitch closes them: those with the most rooms joined or being joined. */
function choosePredecessors(links: readonly Link[]): { kept: Link[]; dropped: Link[] } {
  const kept = links
    .filter(({ activeRooms }) => activeRooms > 0)
    .sort((a, b) => b.activeRooms - a.activeRooms)
    .slice(0, MAX_PREDECESSORS);
  return { kept, dropped: links.filter((link) => !kept.includes(link)) };
}

/** The login could not be read. An error that is not retryable stays so. */
function loginUnreadable(cause: unknown): FactError {
  if (!(cause instanceof FactError))
    return new IrcError('no-token', 'Expected to read the login for the chat, but reading it failed.', { cause });
  return cause.retryable ? new IrcError('no-token', cause.message, { facts: cause.facts, cause }) : cause;
}
