import { Context } from '@temporalio/activity';
import type { Log } from '../../common/log.ts';
import { toApplicationFailure } from '../errors.ts';
import { within } from '../../common/within.ts';
import type { LineSink } from './line-sink.ts';
import type { IrcPool } from './pool.ts';
import type { RoomInput } from './room.ts';
import type { RoomState } from './room-state.ts';
import { StateTeller } from './state-teller.ts';

export interface ChatActivitiesOptions {
  pool: Pick<IrcPool, 'join'>;
  sink: Pick<LineSink, 'flush'>;
  log: Log;
  /** Default 3,000. */
  heartbeatEveryMs?: number;
  /** How long Kafka is waited for on the way out. Default 5,000. */
  flushMs?: number;
  /** Tells a chat how its room is. What cannot be told is told with the next state. */
  tellChat?: (workflowId: string, state: RoomState) => Promise<void>;
  /** Why a chat that is cancelled was cancelled; undefined where nobody has said. */
  reasonForLeaving?: (channelId: string) => Promise<string | undefined>;
}

/** The chat goes on while the reason is looked up, and ends without one after this. */
const REASON_WITHIN_MS = 2_000;

/** The heartbeat of {@link createChatActivities}'s `listenToChannel`. */
export interface ListeningHeartbeat {
  joined: boolean;
}

export type ChatActivities = ReturnType<typeof createChatActivities>;

/** The activities of a collector. */
export function createChatActivities({
  pool,
  sink,
  log,
  heartbeatEveryMs = 3_000,
  flushMs = 5_000,
  tellChat = () => Promise.resolve(),
  reasonForLeaving = () => Promise.resolve(undefined),
}: ChatActivitiesOptions) {
  /** What coverage is told: a chat that is cancelled was cancelled for a reason, which the poll has stored. */
  async function reasonOf(error: unknown, channelId: string): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== 'CANCELLED') return message;
    const looked = reasonForLeaving(channelId).catch(() => undefined);
    const inTime = await within(looked, REASON_WITHIN_MS);
    return (inTime ? await looked : undefined) ?? message;
  }

  /**
   * Listens to a channel until it is cancelled: it never returns by itself. On its way out, also when the worker shuts down, it leaves the
   * room and waits until every line and record of it is acknowledged; then it throws the cancellation, by which Temporal tells a stream
   * that ended from one that another worker must go on with. It heartbeats throughout. While Kafka is away it waits for `flushMs` only: the
   * sink keeps what it was given, and whoever wants the channel next must not find it unheard until Kafka is back.
   *
   * Two calls for one channel in one process share the room. It is joined once, and left by the last of them: so an attempt that Temporal
   * has given up may still be here when the next begins, and does it no harm.
   * @throws ApplicationFailure, retryable, of type `IrcError` when Twitch refuses the login: it can succeed once the token is refreshed
   */
  async function listenToChannel(input: RoomInput): Promise<void> {
    const { heartbeat, cancelled, info } = Context.current();
    let joined = (): boolean => false;
    let state = (): RoomState => 'joining';
    const teller = new StateTeller((told) => tellChat(info.workflowExecution?.workflowId ?? '', told));
    const beat = (): void => {
      heartbeat({ joined: joined() } satisfies ListeningHeartbeat);
      teller.look(state());
    };
    const timer = setInterval(beat, heartbeatEveryMs);
    beat();
    try {
      const listening = pool.join(input);
      joined = () => listening.joined;
      state = () => listening.state;
      try {
        await Promise.race([cancelled, listening.failed]);
      } catch (error) {
        const { channelId, channelLogin } = input;
        const reason = await reasonOf(error, channelId);
        log.info('Leaving a channel', { channelId, channelLogin, reason });
        await listening.leave(reason);
        if (!(await within(sink.flush(), flushMs)))
          log.warn('Left a channel while Kafka is away; its last lines are kept', { channelId, channelLogin });
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
