import type { Log } from '../../common/log.ts';
import type { RoomEvent } from './connection-event.ts';
import type { JoinQueue, WaitingJoin } from './join-queue.ts';
import type { IrcPoolTimes } from './pool-times.ts';
import type { Room } from './room.ts';

/** NOTICEs that answer a JOIN with no. Those after which nothing changes soon are asked again after a long pause only. */
const refusals = new Set([
  'msg_channel_suspended',
  'msg_channel_blocked',
  'msg_room_not_found',
  'msg_banned',
  'msg_concurrent_channel_limit_reached',
  'tos_ban',
]);
const triesBeforeReport = 2;
/** Told of a room that is still wanted when its connection is left for another: one that is left on purpose tells no loss. */
const CLOSED = 'connection closed';

/** What a member tells its link. */
export type MemberEvent =
  /** It is joined, refused or leaving: it waits for no answer. */
  | { kind: 'settled' }
  /** The room is another channel's, says Twitch. */
  | { kind: 'misnamed'; roomId: string; atMs: number }
  /** It has left or was lost. The last event. */
  | { kind: 'gone' };

/** The connection of a member. */
export interface MemberLink {
  /** How many attempts in a row came before this connection. */
  readonly attempt: number;
  /** No more rooms are joined on it: another connection takes over. */
  readonly retired: boolean;
  /** What was sent after that may not have come on this connection. */
  readonly completeUpToMs: number;
  join(channelLogin: string): void;
  part(channelLogin: string): void;
  told(member: Member, event: MemberEvent): void;
}

interface MemberOptions {
  room: Room;
  link: MemberLink;
  joins: JoinQueue;
  times: IrcPoolTimes;
  now: () => number;
  log: Log;
}

type MemberState = 'waiting' | 'asked' | 'joined' | 'refused' | 'leaving' | 'gone';

/**
 * One room on one connection.
 *
 * It is *waiting* until the connection is open and the rate limit lets its JOIN through; then *asked*. The echo, 366 or ROOMSTATE makes it
 * *joined*. A JOIN that nothing answers (Twitch passes over channels that do not exist, and old connections at times pass over any) is
 * sent once more, then it is told as a loss and the member is *refused*, as it is at once by a NOTICE that says no; a refused member asks
 * again after a pause: minutes, growing, for silence; the long pause at once for a no. A PART that nobody asked for makes it refused too.
 * {@link leave} makes it *leaving*: lines still count until the echo of the PART, or until a time-out where it does not come. Then, and
 * when the connection is lost, it is *gone*.
 */
export class Member implements WaitingJoin {
  readonly room: Room;
  #state: MemberState = 'waiting';
  #unanswered = 0;
  #leavingSinceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #options: MemberOptions;
  readonly #gone = Promise.withResolvers<void>();

  constructor(options: MemberOptions) {
    this.room = options.room;
    this.#options = options;
  }

  get settled(): boolean {
    return this.#state !== 'waiting' && this.#state !== 'asked';
  }

  /** Whether Twitch has been sent its JOIN: it is heard, or about to be. */
  get isIn(): boolean {
    return this.#state === 'joined' || this.#state === 'asked';
  }

  get isLeaving(): boolean {
    return this.#state === 'leaving' || this.#state === 'gone';
  }

  /** Queues the JOIN. */
  ask(): void {
    if (this.#state === 'gone' || this.#state === 'leaving' || this.#state === 'joined') return;
    this.#state = 'waiting';
    this.#options.joins.add(this, this.#options.link.attempt);
  }

  get wantsJoin(): boolean {
    return this.#state === 'waiting' && !this.#options.link.retired;
  }

  sendJoin(): void {
    const { link, times, now, log, room } = this.#options;
    this.#become('asked');
    link.join(room.channelLogin);
    this.#arm(times.confirmMs, () => {
      this.#unanswered += 1;
      if (this.#unanswered < triesBeforeReport) return this.ask();
      const doublings = this.#unanswered - triesBeforeReport;
      const pauseMs = Math.min(times.refusedPauseMs, times.unansweredPauseMs * 2 ** doublings);
      log.warn('A JOIN was not answered. Does the channel exist?', { channelLogin: room.channelLogin, pauseMs });
      this.#refuse(now(), 'JOIN was not confirmed', pauseMs);
    });
  }

  /** Takes what Twitch says of the room on this connection. */
  take(event: RoomEvent): void {
    const { link, times } = this.#options;
    const { atMs } = event;
    switch (event.kind) {
      case 'joined':
        return this.#joined(atMs);
      case 'named':
        // A login that was given up may be another channel's by now.
        if (event.roomId === this.room.channelId || this.isLeaving) return;
        return link.told(this, { kind: 'misnamed', roomId: event.roomId, atMs });
      case 'parted':
        // The echo of an own PART proves that everything sent before it has come.
        if (this.#state === 'leaving') this.#go(Math.max(atMs, this.#leavingSinceMs), CLOSED);
        else if (this.#state === 'joined') this.#refuse(atMs, 'parted by Twitch', times.refusedPauseMs);
        return;
      case 'noticed':
        if (refusals.has(event.id) && !this.isLeaving) this.#refuse(atMs, event.id, times.refusedPauseMs);
    }
  }

  /** Asks again at once where it was refused. */
  retryRefused(): void {
    if (this.#state === 'refused') this.ask();
  }

  /** The whole connection is being closed in order, and says PART for every room. */
  expectPart(): void {
    if (this.#state !== 'gone') this.#leaving();
  }

  async leave(): Promise<void> {
    const { link, times, now } = this.#options;
    if (this.#state === 'joined' || this.#state === 'asked') {
      this.#leaving();
      link.part(this.room.channelLogin);
      this.#arm(times.leaveMs, () => this.#go(link.completeUpToMs, CLOSED));
    } else if (this.#state !== 'leaving') this.#go(now(), CLOSED);
    return this.#gone.promise;
  }

  /** The connection is gone. */
  lost(atMs: number, reason: string): void {
    this.#go(atMs, reason);
  }

  #joined(atMs: number): void {
    if (this.#state !== 'waiting' && this.#state !== 'asked' && this.#state !== 'refused') return;
    this.#become('joined');
    this.#unanswered = 0;
    this.room.gain(this.#options.link, atMs);
    this.#tell({ kind: 'settled' });
  }

  #refuse(atMs: number, reason: string, pauseMs: number): void {
    this.room.lose(this.#options.link, atMs, reason);
    this.room.refuse(atMs, reason);
    this.#become('refused');
    this.#arm(pauseMs, () => this.ask());
    this.#tell({ kind: 'settled' });
  }

  #go(atMs: number, reason: string): void {
    if (this.#state === 'gone') return;
    this.#become('gone');
    this.room.lose(this.#options.link, atMs, reason);
    this.#gone.resolve();
    this.#tell({ kind: 'gone' });
  }

  #tell(event: MemberEvent): void {
    this.#options.link.told(this, event);
  }

  #leaving(): void {
    this.#leavingSinceMs = this.#options.now();
    this.#become('leaving');
  }

  #become(state: MemberState): void {
    clearTimeout(this.#timer);
    this.#state = state;
  }

  #arm(afterMs: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, afterMs);
  }
}
