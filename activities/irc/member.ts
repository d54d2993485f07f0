import type { Log } from '../../common/log.ts';
import type { RoomEvent } from './connection-event.ts';
import type { JoinQueue, WaitingJoin } from './join-queue.ts';
import type { IrcPoolTimes } from './pool-times.ts';
import type { Room } from './room.ts';

/** The account has 100 rooms, perhaps still those of a lost connection: they were seen to be freed only after minutes. */
const NO_PLACE = 'msg_concurrent_channel_limit_reached';
/** NOTICEs that refuse a JOIN. The cause rarely goes away soon, so the JOIN is sent again only after a long pause. */
const REFUSAL_NOTICES = new Set([
  'msg_channel_suspended',
  'msg_channel_blocked',
  'msg_room_not_found',
  'msg_banned',
  NO_PLACE,
  'tos_ban',
]);
const ATTEMPTS_BEFORE_REPORT = 2;
/** The reason when a connection closes but the room is still wanted. A room that is left on purpose reports no loss. */
const CLOSED = 'connection closed';

/** What a member reports to its link. */
export type MemberEvent =
  /** It is joined, refused or leaving, and waits for no reply. */
  | { kind: 'settled' }
  /** Twitch says that the room belongs to another channel. */
  | { kind: 'wrongChannel'; roomId: string; atMs: number }
  /** It has left the room, or its connection was lost. The last event. */
  | { kind: 'gone' };

/** What a member needs from its link. */
export interface MemberLink {
  /** How many consecutive attempts preceded this connection. */
  readonly attempt: number;
  /** No more rooms are joined on it, since another connection takes over. */
  readonly retired: boolean;
  /** What Twitch sent after this time may not have arrived yet. */
  readonly completeUpToMs: number;
  join(channelLogin: string): void;
  part(channelLogin: string): void;
  onMemberEvent(member: Member, event: MemberEvent): void;
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
 * One room on one connection. Its states:
 *
 * - *waiting*: for the connection to open and the rate limit to allow the JOIN.
 * - *asked*: the JOIN was sent. Twitch does not answer for channels that do not exist, and connections that have been open for long
 *   sometimes ignore any JOIN. After the time-out the JOIN is sent once more; then a loss is reported and the member is *refused*.
 * - *joined*: on the echo of the JOIN, 366 or ROOMSTATE.
 * - *refused*: after two unanswered JOINs, a NOTICE that refuses the JOIN, or a PART that we did not send. The JOIN is sent again after a
 *   pause: a growing one without an answer, the longest one after a refusal, the shortest one if the account has no place.
 * - *leaving*, after {@link leave}: lines still count until the echo of the PART, or a time-out.
 * - *gone*: it has left, or the connection was lost.
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

  /** Whether the room is joined or its JOIN has been sent. */
  get isActive(): boolean {
    return this.#state === 'joined' || this.#state === 'asked';
  }

  get isLeaving(): boolean {
    return this.#state === 'leaving' || this.#state === 'gone';
  }

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
    this.#setState('asked');
    link.join(room.channelLogin);
    this.#startTimer(times.confirmMs, () => {
      this.#unanswered += 1;
      if (this.#unanswered < ATTEMPTS_BEFORE_REPORT) return this.ask();
      const doublings = this.#unanswered - ATTEMPTS_BEFORE_REPORT;
      const pauseMs = Math.min(times.refusedPauseMs, times.unansweredPauseMs * 2 ** doublings);
      log.warn('a JOIN was not answered: the channel may not exist', { channelLogin: room.channelLogin, pauseMs });
      this.#refuse(now(), 'JOIN was not confirmed', pauseMs);
    });
  }

  /** Handles what Twitch sends about the room on this connection. */
  take(event: RoomEvent): void {
    const { link, times } = this.#options;
    const { atMs } = event;
    switch (event.kind) {
      case 'joined':
        return this.#joined(atMs);
      case 'identified':
        // The login of a room that is being left may already belong to another channel.
        if (event.roomId === this.room.channelId || this.isLeaving) return;
        return link.onMemberEvent(this, { kind: 'wrongChannel', roomId: event.roomId, atMs });
      case 'parted':
        // The echo of our PART proves that everything sent before it has arrived.
        if (this.#state === 'leaving') this.#end(Math.max(atMs, this.#leavingSinceMs), CLOSED);
        else if (this.#state === 'joined') this.#refuse(atMs, 'parted by Twitch', times.refusedPauseMs);
        return;
      case 'noticed':
        if (REFUSAL_NOTICES.has(event.id) && !this.isLeaving) this.#refusedBecause(event.id, atMs);
    }
  }

  #refusedBecause(reason: string, atMs: number): void {
    const { log, times } = this.#options;
    const { channelLogin, account, request } = this.room;
    if (request.reportedReason !== reason) log.warn('Twitch refuses a room', { channelLogin, account, reason });
    this.#refuse(atMs, reason, reason === NO_PLACE ? times.unansweredPauseMs : times.refusedPauseMs);
  }

  /** Sends the JOIN again at once if it was refused. */
  retryRefused(): void {
    if (this.#state === 'refused') this.ask();
  }

  /** The whole connection is being closed, with a PART for each room. */
  expectPart(): void {
    if (this.#state !== 'gone') this.#setLeaving();
  }

  async leave(): Promise<void> {
    const { link, times, now } = this.#options;
    if (this.#state === 'joined' || this.#state === 'asked') {
      this.#setLeaving();
      link.part(this.room.channelLogin);
      this.#startTimer(times.leaveMs, () => this.#end(link.completeUpToMs, CLOSED));
    } else if (this.#state !== 'leaving') this.#end(now(), CLOSED);
    return this.#gone.promise;
  }

  /** The connection was lost. */
  lost(atMs: number, reason: string): void {
    this.#end(atMs, reason);
  }

  #joined(atMs: number): void {
    if (this.#state !== 'waiting' && this.#state !== 'asked' && this.#state !== 'refused') return;
    this.#setState('joined');
    this.#unanswered = 0;
    this.room.addConnection(this.#options.link, atMs);
    this.#emit({ kind: 'settled' });
  }

  #refuse(atMs: number, reason: string, pauseMs: number): void {
    this.room.removeConnection(this.#options.link, atMs, reason);
    this.room.refuse(atMs, reason);
    this.#setState('refused');
    this.#startTimer(pauseMs, () => this.ask());
    this.#emit({ kind: 'settled' });
  }

  #end(atMs: number, reason: string): void {
    if (this.#state === 'gone') return;
    this.#setState('gone');
    this.room.removeConnection(this.#options.link, atMs, reason);
    this.#gone.resolve();
    this.#emit({ kind: 'gone' });
  }

  #emit(event: MemberEvent): void {
    this.#options.link.onMemberEvent(this, event);
  }

  #setLeaving(): void {
    this.#leavingSinceMs = this.#options.now();
    this.#setState('leaving');
  }

  #setState(state: MemberState): void {
    clearTimeout(this.#timer);
    this.#state = state;
  }

  #startTimer(afterMs: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, afterMs);
  }
}
