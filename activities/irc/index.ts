import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import type { Log } from '../../common/log.ts';
import { toApplicationFailure } from '../errors.ts';
import { within } from '../../common/within.ts';
import type { LineSink } from '../kafka/line-sink.ts';
import type { IrcPool } from './pool.ts';
import type { RoomInput } from './room.ts';
import type { RoomState } from './room-state.ts';
import { MessageRate } from './message-rate.ts';
import { StateReporter } from './state-reporter.ts';
import type { Subscription } from './subscription.ts';

/** Who fills the gap between two attempts. */
export interface Listened {
  /** Everything up to here was heard and is acknowledged, in milliseconds since 1970; undefined if nobody knows yet. */
  untilMs(): number | undefined;
  /** An earlier attempt, perhaps by a process that was killed, heard the channel up to this time. */
  earlier(channelId: string, untilMs: number): void;
}

export interface ChatActivitiesOptions {
  pool: Pick<IrcPool, 'join'>;
  sink: Pick<LineSink, 'flush'>;
  log: Log;
  /** How often to look at the state of a room, and to heartbeat if it is time to. Default 3,000. */
  lookEveryMs?: number;
  /** How long to wait for Kafka after leaving. Default 5,000. */
  flushMs?: number;
  /** Reports the state of the room to the chat's workflow. If it throws, the state is reported again later. */
  reportState?: (workflowId: string, room: { state: RoomState; account: string }) => Promise<void>;
  /** The account that shall read the channel; undefined if the poll has named none. Default: there is one account. */
  accountOf?: (channelId: string) => Promise<string | undefined>;
  /** Why the chat was cancelled; undefined if nobody stored a reason. */
  leaveReason?: (channelId: string) => Promise<string | undefined>;
  /** Default: gaps between two attempts stay. */
  listened?: Listened;
}

/** Time limit for looking up the account, and the reason for leaving. Without them the pool chooses, and coverage has no reason. */
const LOOKUP_TIMEOUT_MS = 2_000;

/** The heartbeat of {@link createChatActivities}'s `listenToChannel`. */
export interface ListeningHeartbeat {
  joined: boolean;
  /** That reads the room. Missing until it is known. */
  account?: string;
  /** Of the last minute. Missing while the room is not joined. */
  messagesPerMinute?: number;
  /** Only if gaps are filled: see {@link Listened}. */
  heardUntilMs?: number;
}

export type ChatActivities = ReturnType<typeof createChatActivities>;

/**
 * Why an attempt is cancelled that Temporal has given up, for example because Temporal was away: its heartbeat was too late, or is not known
 * any more. The chat is wanted, and its next attempt starts a second later.
 */
const GIVEN_UP: ReadonlySet<string> = new Set(['TIMED_OUT', 'NOT_FOUND']);

/**
 * Reports at once, of all rooms. When thousands of rooms are joined, their reports wait here, so that Temporal can start activities and answer
 * heartbeats meanwhile.
 */
const REPORTS_AT_ONCE = 4;

/** A heartbeat costs Temporal a write. Two thirds leave 5 of 15 s, and 20 of 60 s, for a slow answer. */
const BEAT_SHARE = 2 / 3;

/** The activities of a collector. */
export function createChatActivities({
  pool,
  sink,
  log,
  lookEveryMs = 3_000,
  flushMs = 5_000,
  reportState = () => Promise.resolve(),
  accountOf = () => Promise.resolve(undefined),
  leaveReason = () => Promise.resolve(undefined),
  listened,
}: ChatActivitiesOptions) {
  const report = pLimit(REPORTS_AT_ONCE);

  async function inTime<T>(lookup: Promise<T | undefined>): Promise<T | undefined> {
    const found = lookup.catch(() => undefined);
    return (await within(found, LOOKUP_TIMEOUT_MS)) ? found : undefined;
  }

  /** The reason for the coverage record. The poll stores why it cancels a chat. */
  async function reasonOf(error: unknown, channelId: string): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== 'CANCELLED') return message;
    return (await inTime(leaveReason(channelId))) ?? message;
  }

  /**
   * Listens to a channel until it is cancelled, and heartbeats whenever two thirds of the heartbeat time-out have passed. It does not return.
   * When it is cancelled or the worker shuts down, it leaves the room, waits until all lines and records are acknowledged, and throws the
   * cancellation. Temporal needs it to tell a stream that ended from one that another worker must continue. If Kafka is away, it waits only
   * `flushMs`: the sink keeps the lines, and another collector can listen to the channel meanwhile.
   *
   * Two calls for one channel in one process share the room: the first joins it, the last leaves it. So an attempt that Temporal has given
   * up may still run when the next one starts. If it ends before, the room stays joined for the next one.
   * @throws ApplicationFailure, retryable, of type `IrcError` when Twitch refuses the login: it can succeed once the token is refreshed
   */
  async function listenToChannel(input: RoomInput): Promise<void> {
    const { heartbeat, cancelled, info } = Context.current();
    let subscription: Subscription | undefined;
    const tell = (state: RoomState): Promise<void> =>
      report(() => {
        const workflowId = info.workflowExecution?.workflowId ?? '';
        return reportState(workflowId, { state, account: subscription?.account ?? '' });
      });
    // A chat is `joining` until it is told otherwise. The attempt before may have told it.
    const reporter = new StateReporter(tell, info.attempt === 1 ? 'joining' : undefined);
    const rate = new MessageRate();
    let heardUntilMs = heardUntilOf(info.heartbeatDetails);
    if (heardUntilMs !== undefined) listened?.earlier(input.channelId, heardUntilMs);
    let nextBeatMs = 0;
    const look = (): void => {
      const { joined = false, account, state, messages = 0 } = subscription ?? {};
      if (joined) heardUntilMs = listened?.untilMs() ?? heardUntilMs;
      const read = account === undefined ? {} : { account };
      const perMinute = rate.update(messages, performance.now());
      const measured = joined ? { messagesPerMinute: perMinute } : {};
      const heard = heardUntilMs === undefined ? {} : { heardUntilMs };
      const nowMs = performance.now();
      if (nowMs >= nextBeatMs) {
        heartbeat({ joined, ...read, ...measured, ...heard } satisfies ListeningHeartbeat);
        nextBeatMs = nowMs + (info.heartbeatTimeoutMs ?? 0) * BEAT_SHARE;
      }
      if (state !== undefined) reporter.update(state);
    };
    const timer = setInterval(look, lookEveryMs);
    look();
    try {
      const account = await inTime(accountOf(input.channelId));
      subscription = pool.join(input, account, wantedSinceMs(info.currentAttemptScheduledTimestampMs, Date.now()));
      try {
        await Promise.race([cancelled, subscription.failed]);
      } catch (error) {
        const { channelId, channelLogin } = input;
        const reason = await reasonOf(error, channelId);
        if (GIVEN_UP.has(reason)) {
          log.info('keeping the room for the next attempt', { channelId, channelLogin, reason });
          await subscription.handOver(reason);
          throw error;
        }
        log.info('leaving a channel', { channelId, channelLogin, reason });
        await subscription.leave(reason);
        if (!(await within(sink.flush(), flushMs)))
          log.warn('left a channel while Kafka is away: its last lines are kept', { channelId, channelLogin });
        throw error;
      }
    } catch (error) {
      throw toApplicationFailure(error);
    } finally {
      clearInterval(timer);
    }
  }

  return { listenToChannel };
}

/** A collector that runs takes an activity within seconds. The clocks of Temporal and of the collector may differ by as much. */
const UNTAKEN_MS = 30_000;
/** Coverage takes no older time for plausible. */
const WEEK_MS = 7 * 24 * 3_600_000;

/**
 * Since when a channel is wanted, if its activity has waited for a collector: nobody listened then, and nobody but this collector can say so.
 * Otherwise undefined: since now.
 */
function wantedSinceMs(scheduledAtMs: number, nowMs: number): number | undefined {
  const waitedMs = nowMs - scheduledAtMs;
  return waitedMs > UNTAKEN_MS && waitedMs < WEEK_MS ? scheduledAtMs : undefined;
}

/** @param details of the last heartbeat of the attempt before; another release may have written it */
function heardUntilOf(details: unknown): number | undefined {
  const untilMs = (details as Partial<ListeningHeartbeat> | undefined | null)?.heardUntilMs;
  return Number.isSafeInteger(untilMs) ? untilMs : undefined;
}
