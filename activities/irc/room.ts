import type { FactError } from '../errors.ts';
import { IrcError } from './irc-error.ts';
import type { LineSink } from './line-sink.ts';
import { type RoomState, roomStateOf } from './room-state.ts';
import type { Wish } from './wish.ts';

export interface RoomInput {
  /** Twitch's numeric id of the channel, as text. */
  channelId: string;
  /** Lower-case, without `#`. */
  channelLogin: string;
}

/**
 * A channel that somebody listens to, and the record of it. It may be joined on two connections at once, while one takes over from the
 * other. It is *heard* from the first join to the last loss: both ends go to the coverage records, what happens between does not, as long
 * as the connections overlap. A room that cannot be joined tells its reason once, however often that is tried, as a loss: of the time of the
 * wish where it was never joined, also where the wish ends before anything was tried. While it is being left on
 * purpose losing it is no loss, but its end is dated to that; after {@link end} it tells nothing more. Each of its records is later
 * than the one before, whatever the clock does: a loss before its join would read as listening without end.
 */
export class Room {
  readonly channelId: string;
  readonly channelLogin: string;
  /** Rejects when nobody will try to join this room any more. */
  readonly failed: Promise<never>;
  /** Calls that want this room; the last to leave ends it. */
  listeners = 0;
  readonly #sink: LineSink;
  readonly #collector: string;
  /** The connections on which it is joined, and since when. */
  readonly #joinedOn = new Map<object, number>();
  readonly wish: Wish;
  /** When it was lost while it was being left. */
  #lostAtMs = Infinity;
  #leaving = false;
  #ended = false;
  #reject: (error: FactError) => void = () => {};

  constructor(input: RoomInput, options: { sink: LineSink; collector: string; wish: Wish }) {
    this.channelId = input.channelId;
    this.channelLogin = input.channelLogin;
    this.#sink = options.sink;
    this.#collector = options.collector;
    this.wish = options.wish;
    this.failed = new Promise((_resolve, reject) => (this.#reject = reject));
    this.failed.catch(() => {}); // Whoever listens sees it; a room without listeners must not bring the process down.
  }

  get joined(): boolean {
    return this.#joinedOn.size > 0;
  }

  get state(): RoomState {
    return roomStateOf(this.joined, this.wish.toldReason);
  }

  get ended(): boolean {
    return this.#ended;
  }

  gain(connection: object, atMs: number): void {
    const first = !this.joined;
    this.#joinedOn.set(connection, atMs);
    if (first) this.#hearFrom(atMs);
  }

  /** @param atMs what was sent after that is lost; where another connection has joined later only, in between */
  lose(connection: object, atMs: number, reason: string): void {
    if (!this.#joinedOn.delete(connection)) return;
    const joinedAtMs = Math.min(...this.#joinedOn.values());
    if (joinedAtMs <= atMs) return;
    if (this.#leaving && !this.joined) {
      this.#lostAtMs = atMs;
      return;
    }
    this.#tell('loss', atMs, reason);
    if (this.joined) this.#hearFrom(joinedAtMs);
  }

  /** A JOIN was refused or never confirmed. */
  refuse(atMs: number, reason: string): void {
    if (!this.joined && !this.#leaving && this.wish.toldReason !== reason)
      this.#tell('loss', this.#lostFrom(atMs), reason);
  }

  /** There is no connection to join it on. A room that was heard before has told its loss already. */
  notConnected(reason: string): void {
    if (!this.wish.heard && this.wish.toldReason === undefined) this.refuse(this.wish.sinceMs, reason);
  }

  /** Gives up: the reason is told, and whoever listens is thrown the error. What was sent after `atMs` is lost. */
  fail(atMs: number, error: FactError): void {
    const reason = error instanceof IrcError ? error.kind : error.message;
    if (this.joined || this.wish.toldReason !== reason) this.#tell('loss', this.#lostFrom(atMs), reason);
    this.#ended = true;
    this.#reject(error);
  }

  #lostFrom(atMs: number): number {
    return this.wish.heard || this.wish.toldReason !== undefined ? atMs : this.wish.sinceMs;
  }

  /** From now on the room is left on purpose. */
  leave(): void {
    this.#leaving = true;
  }

  end(atMs: number, reason: string): void {
    if (this.#ended) return;
    if (!this.wish.heard && this.wish.toldReason === undefined)
      this.#tell('loss', this.wish.sinceMs, 'it was not joined yet');
    this.#tell('end', Math.min(atMs, this.#lostAtMs), reason);
    this.#ended = true;
  }

  #hearFrom(atMs: number): void {
    this.wish.heard = true;
    this.wish.toldReason = undefined;
    this.#tell('join', atMs);
  }

  #tell(kind: 'join' | 'loss' | 'end', atMs: number, reason?: string): void {
    if (this.#ended) return;
    if (kind === 'loss') this.wish.toldReason = reason;
    const { channelId, channelLogin } = this;
    this.wish.toldAtMs = Math.max(atMs, this.wish.toldAtMs + 1);
    const at = new Date(this.wish.toldAtMs).toISOString();
    const why = reason === undefined ? {} : { reason };
    this.#sink.coverage({ kind, collector: this.#collector, channelId, channelLogin, at, ...why });
  }
}
