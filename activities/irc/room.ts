import type { FactError } from '../errors.ts';
import { IrcError } from './error.ts';
import type { LineSink } from '../kafka/line-sink.ts';
import { roomStateOf } from './room-state.ts';
import type { RoomState } from './room-state.ts';
import type { ListenRequest } from './listen-request.ts';

/** A JOIN is answered in less than a second. Only one that had to wait makes a gap. */
const LATE_JOIN_MS = 5_000;
const NOT_JOINED_YET = 'it was not joined yet';

export interface RoomInput {
  /** Twitch's numeric channel id, as text. */
  channelId: string;
  /** Lower-case, without `#`. */
  channelLogin: string;
}

/**
 * A channel that somebody listens to, and its coverage records.
 *
 * It can be joined on two connections at once, while one replaces the other. Coverage gets a `join` when the first connection has joined
 * and a `loss` when the last one is lost. Changes in between are not reported if the connections overlap.
 *
 * A room that cannot be joined reports a loss once per reason, however often the JOIN is tried. If it was never joined, the loss is dated
 * to the request, even if the request ends before any attempt. So is the loss of a room that is joined late because the
 * JOINs of others came first. Losing the room while it is being left on purpose is no loss, but it dates the end. After {@link end} nothing more is
 * reported.
 *
 * Each record is later than the one before, even if the clock is set back: a loss dated before its join would read as listening without
 * end.
 */
export class Room {
  readonly channelId: string;
  readonly channelLogin: string;
  /** Rejects when the room is given up. */
  readonly failed: Promise<never>;
  /** The account that reads it. */
  readonly account: string;
  /** Number of subscriptions. The last one to leave ends the room. */
  listeners = 0;
  /** While nobody is subscribed to it, but somebody is expected: the timer that ends it. */
  kept: NodeJS.Timeout | undefined;
  /** Messages that were received. */
  messages = 0;
  readonly #sink: LineSink;
  readonly #collector: string;
  /** The connections on which it is joined, and when it joined there. */
  readonly #joinedOn = new Map<object, number>();
  readonly request: ListenRequest;
  /** When it was lost while being left. */
  #lostAtMs = Infinity;
  #leaving = false;
  #ended = false;
  #reject: (error: FactError) => void = () => {};

  constructor(
    input: RoomInput,
    options: { sink: LineSink; collector: string; account: string; request: ListenRequest },
  ) {
    this.channelId = input.channelId;
    this.channelLogin = input.channelLogin;
    this.#sink = options.sink;
    this.#collector = options.collector;
    this.account = options.account;
    this.request = options.request;
    this.failed = new Promise((_resolve, reject) => (this.#reject = reject));
    this.failed.catch(() => {}); // Subscribers handle it. Without any, it must not crash the process.
  }

  get joined(): boolean {
    return this.#joinedOn.size > 0;
  }

  get state(): RoomState {
    return roomStateOf(this.joined, this.request.reportedReason);
  }

  get ended(): boolean {
    return this.#ended;
  }

  addConnection(connection: object, atMs: number): void {
    const first = !this.joined;
    this.#joinedOn.set(connection, atMs);
    if (!first) return;
    if (this.#isUntold && atMs - this.request.sinceMs > LATE_JOIN_MS)
      this.#report('loss', this.request.sinceMs, NOT_JOINED_YET);
    this.#reportJoin(atMs);
  }

  /** @param atMs what was sent after this time is lost, until the earliest join on another connection if that is later */
  removeConnection(connection: object, atMs: number, reason: string): void {
    if (!this.#joinedOn.delete(connection)) return;
    const joinedAtMs = Math.min(...this.#joinedOn.values());
    if (joinedAtMs <= atMs) return;
    if (this.#leaving && !this.joined) {
      this.#lostAtMs = atMs;
      return;
    }
    this.#report('loss', atMs, reason);
    if (this.joined) this.#reportJoin(joinedAtMs);
  }

  refuse(atMs: number, reason: string): void {
    if (!this.joined && !this.#leaving && this.request.reportedReason !== reason)
      this.#report('loss', this.#lossStartMs(atMs), reason);
  }

  /** There is no connection to join on. A room that was joined before has already reported its loss. */
  notConnected(reason: string): void {
    if (this.#isUntold) this.refuse(this.request.sinceMs, reason);
  }

  /** Gives up: reports the reason and rejects {@link failed}. What was sent after `atMs` is lost. */
  fail(atMs: number, error: FactError): void {
    const reason = error instanceof IrcError ? error.kind : error.message;
    if (this.joined || this.request.reportedReason !== reason) this.#report('loss', this.#lossStartMs(atMs), reason);
    this.#ended = true;
    this.#reject(error);
  }

  #lossStartMs(atMs: number): number {
    return this.#isUntold ? this.request.sinceMs : atMs;
  }

  /** Coverage has no record of the request. */
  get #isUntold(): boolean {
    return !this.request.everJoined && this.request.reportedReason === undefined;
  }

  /** From now on the room is being left on purpose. */
  leave(): void {
    this.#leaving = true;
  }

  end(atMs: number, reason: string): void {
    if (this.#ended) return;
    if (this.#isUntold) this.#report('loss', this.request.sinceMs, NOT_JOINED_YET);
    this.#report('end', Math.min(atMs, this.#lostAtMs), reason);
    this.#ended = true;
  }

  #reportJoin(atMs: number): void {
    this.request.everJoined = true;
    this.request.reportedReason = undefined;
    this.#report('join', atMs);
  }

  #report(kind: 'join' | 'loss' | 'end', atMs: number, reason?: string): void {
    if (this.#ended) return;
    if (kind === 'loss') this.request.reportedReason = reason;
    const { channelId, channelLogin } = this;
    this.request.lastRecordAtMs = Math.max(atMs, this.request.lastRecordAtMs + 1);
    const at = new Date(this.request.lastRecordAtMs).toISOString();
    const why = reason === undefined ? {} : { reason };
    this.#sink.coverage({
      kind,
      collector: this.#collector,
      channelId,
      channelLogin,
      account: this.account,
      at,
      ...why,
    });
  }
}
