import type { Log } from '../../common/log.ts';
import type { WaitingJoin } from './join-queue.ts';
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

interface MemberOptions {
  room: Room;
  /** Names the connection to the room. */
  link: object;
  times: IrcPoolTimes;
  now: () => number;
  /** What was sent after that may not have come on this connection. */
  completeUpToMs: () => number;
  log: Log;
  queueJoin(join: WaitingJoin): void;
  sendJoin(): void;
  sendPart(): void;
  /** The room is another channel's, says Twitch. */
  misnamed(roomId: string, atMs: number): void;
  /** Called whenever the member becomes {@link Member.settled}. */
  settled(): void;
  /** Called once, when the member has left or was lost. */
  left(): void;
}

type MemberState = 'waiting' | 'asked' | 'joined' | 'refused' | 'leaving' | 'gone';

/**
 * One room on one connection.
 *
 * It is *waiting* until the connection is open and the JOIN budget lets its JOIN through; then *asked*. The echo, 366 or ROOMSTATE makes it
 * *joined*. A JOIN that nothing answers (Twitch passes over channels that do not exist, and old connections at times pass over any) is
 * sent once more, then it is told as a loss and the member is *refused*, as it is at once by a NOTICE that says no; a refused member asks
 * again after a pause: minutes, growing, for silence; the long pause at once for a no. A PART that nobody asked for makes it refused too.
 * {@link leave} makes it *leaving*: lines still count until the echo of the PART, or until a time-out where it does not come. Then, and
 * when the connection is lost, it is *gone*.
 */
export class Member {
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
    this.#options.queueJoin({ isWanted: () => this.#state === 'waiting', send: () => this.#send() });
  }

  joined(atMs: number): void {
    if (this.#state !== 'waiting' && this.#state !== 'asked' && this.#state !== 'refused') return;
    this.#become('joined');
    this.#unanswered = 0;
    this.room.gain(this.#options.link, atMs);
    this.#options.settled();
  }

  /** Twitch says whose room this is: a login that was given up may be another channel's by now. */
  roomOf(roomId: string, atMs: number): void {
    if (roomId !== this.room.channelId && !this.isLeaving) this.#options.misnamed(roomId, atMs);
  }

  /** The echo of an own PART proves that all has come up to the sending of that. */
  parted(completeUpToMs: number): void {
    if (this.#state === 'leaving') return this.#go(Math.max(completeUpToMs, this.#leavingSinceMs), CLOSED);
    if (this.#state === 'joined') this.#refuse(completeUpToMs, 'parted by Twitch', this.#options.times.refusedPauseMs);
  }

  noticed(id: string, atMs: number): void {
    if (refusals.has(id) && !this.isLeaving) this.#refuse(atMs, id, this.#options.times.refusedPauseMs);
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
    if (this.#state === 'joined' || this.#state === 'asked') {
      this.#leaving();
      this.#options.sendPart();
      this.#arm(this.#options.times.leaveMs, () => this.#go(this.#options.completeUpToMs(), CLOSED));
    } else if (this.#state !== 'leaving') this.#go(this.#options.now(), CLOSED);
    return this.#gone.promise;
  }

  /** The connection is gone. */
  lost(atMs: number, reason: string): void {
    this.#go(atMs, reason);
  }

  #send(): void {
    const { times, now, log } = this.#options;
    this.#become('asked');
    this.#options.sendJoin();
    this.#arm(times.confirmMs, () => {
      this.#unanswered += 1;
      if (this.#unanswered < triesBeforeReport) return this.ask();
      const doublings = this.#unanswered - triesBeforeReport;
      const pauseMs = Math.min(times.refusedPauseMs, times.unansweredPauseMs * 2 ** doublings);
      log.warn('A JOIN was not answered. Does the channel exist?', { channelLogin: this.room.channelLogin, pauseMs });
      this.#refuse(now(), 'JOIN was not confirmed', pauseMs);
    });
  }

  #refuse(atMs: number, reason: string, pauseMs: number): void {
    this.room.lose(this.#options.link, atMs, reason);
    this.room.refuse(atMs, reason);
    this.#become('refused');
    this.#arm(pauseMs, () => this.ask());
    this.#options.settled();
  }

  #go(atMs: number, reason: string): void {
    if (this.#state === 'gone') return;
    this.#become('gone');
    this.room.lose(this.#options.link, atMs, reason);
    this.#gone.resolve();
    this.#options.left();
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
