import {
  ActivityCancellationType,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  log,
  proxyActivities,
  rootCause,
} from '@temporalio/workflow';
import type { ChatActivities } from '../activities/irc/index.ts';
import type { RoomState } from '../activities/irc/room-state.ts';

/** The state of one collector for a channel. */
export interface ListenerStatus {
  /** The task queue of the collector. */
  taskQueue: string;
  /** `joining` until the collector reports a state such as `listening`, `waiting for a token` or `suspended`. */
  state: RoomState | 'rejoining' | 'waiting' | 'leaving';
  rejoins: number;
  /** The account that reads the room, once the collector has told it. */
  account?: string;
  /** Why listening failed the last time; null if it never failed. */
  lastError: string | null;
  /** Since when the room has this state, as far as the collector has reported it, ISO. */
  since: string;
  /** The last time in which the room was not heard, ISO, and its state then; null if there was none since it was first heard. `until` is null while it lasts. */
  lastGap: { from: string; until: string | null; state: ListenerStatus['state'] } | null;
}

/** Kept when the chat continues as new. */
export type ListenerRecord = Pick<ListenerStatus, 'rejoins' | 'lastError'>;

const RESTART_AFTER = '30 seconds';

const now = (): string => new Date().toISOString();

function left(error: unknown): CancelledFailure {
  log.warn('the collector failed while leaving', { reason: rootCause(error) });
  return new CancelledFailure('The chat was cancelled while its collector failed.');
}

/**
 * One collector's part of a chat: an activity on its queue that runs as long as the stream.
 *
 * - *joining*: the activity has started. From now on the collector reports the state of its room ({@link setState}).
 * - *rejoining*: after {@link rejoin}. The activity is cancelled, which leaves the room with all lines acknowledged, or spilled if Kafka is
 *   away. Then a new activity starts.
 * - *waiting*: the activity failed without retry. A new one starts after half a minute, or on a rejoin.
 * - *leaving*: from the cancellation on. {@link listen} ends when the collector has handed over the last line.
 */
export class Listener {
  readonly status: ListenerStatus;
  readonly #activities: Pick<ChatActivities, 'listenToChannel'>;
  readonly #wakes: boolean;
  readonly #onState: () => void;
  #scope: CancellationScope | undefined;
  #isRejoinRequested = false;

  /**
   * @param options.wakes whether a rejoin ends *waiting*; see `patches.ts`
   * @param options.onState called after each change of the state
   */
  constructor(
    { taskQueue, heartbeatSeconds }: { taskQueue: string; heartbeatSeconds: number },
    { wakes, onState }: { wakes: boolean; onState: () => void },
    before: ListenerRecord = { rejoins: 0, lastError: null },
  ) {
    this.#wakes = wakes;
    this.#onState = onState;
    this.status = { taskQueue, state: 'joining', since: now(), lastGap: null, ...before };
    // If the worker dies, Temporal notices the missing heartbeat. Retries have no limit and no back-off: waiting longer does not help.
    this.#activities = proxyActivities<ChatActivities>({
      taskQueue,
      startToCloseTimeout: '30 days',
      heartbeatTimeout: `${heartbeatSeconds} seconds`,
      retry: { initialInterval: '1 second', backoffCoefficient: 1 },
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      summary: 'listen until the stream ends',
    });
  }

  /** Sets the state that the collector reports. Ignored while the room is being left and after that. */
  setState(state: RoomState, account?: string): void {
    if (['rejoining', 'waiting', 'leaving'].includes(this.status.state)) return;
    if (account !== undefined) this.status.account = account;
    this.#become(state);
  }

  #become(state: ListenerStatus['state']): void {
    const { status } = this;
    if (state === status.state) return;
    // Leaving on purpose is no gap.
    if (status.state === 'listening' && state !== 'leaving') status.lastGap = { from: now(), until: null, state };
    if (state === 'listening' && status.lastGap?.until === null) status.lastGap.until = now();
    status.since = now();
    status.state = state;
    this.#onState();
  }

  /** One line for people. */
  get text(): string {
    const { taskQueue, state, account, since, lastGap } = this.status;
    const reader = account === undefined ? '' : ` by the account ${account}`;
    const gap =
      lastGap === null ? '' : `; last gap from ${lastGap.from} to ${lastGap.until ?? 'now'} (${lastGap.state})`;
    return `\`${taskQueue}\`: **${state}**${reader} since ${since}${gap}`;
  }

  /** Does not stop a leave. If the chat continues as new, the next run joins again anyway. */
  rejoin(): void {
    this.#isRejoinRequested = true;
    if (this.status.state !== 'leaving') this.#become('rejoining');
    this.#scope?.cancel();
  }

  get record(): ListenerRecord {
    const { rejoins, lastError } = this.status;
    return { rejoins: rejoins + (this.#isRejoinRequested ? 1 : 0), lastError };
  }

  /**
   * @param channel read before each join, because its login may change
   * @throws the cancellation of the workflow, once the activity has left
   */
  async listen(channel: { channelId: string; channelLogin: string }): Promise<void> {
    const { status } = this;
    // Rejects as soon as the workflow is cancelled, before the activity has left.
    CancellationScope.current().cancelRequested.catch(() => this.#become('leaving'));
    for (;;) {
      const scope = new CancellationScope();
      this.#scope = scope;
      // A rejoin before this line found no scope to cancel. The join that follows serves it.
      this.#isRejoinRequested = false;
      this.#become('joining');
      try {
        await scope.run(() => this.#activities.listenToChannel({ ...channel }));
        return;
      } catch (error) {
        // The activity has ended, so the room has been left.
        if (CancellationScope.current().consideredCancelled) throw isCancellation(error) ? error : left(error);
        if (!this.#isRejoinRequested) await this.#wait(channel, error);
        if (this.#isRejoinRequested) status.rejoins += 1;
      }
    }
  }

  /**
   * Temporal retries the activity, so this error was not retryable, for example a token record that cannot be read. Somebody may fix that while
   * the stream is live, so the chat tries again.
   */
  async #wait(channel: { channelId: string; channelLogin: string }, error: unknown): Promise<void> {
    this.#become('waiting');
    this.status.lastError = rootCause(error) ?? String(error);
    log.warn('listening failed; trying again in 30 seconds', {
      ...channel,
      reason: this.status.lastError,
    });
    await condition(() => this.#wakes && this.#isRejoinRequested, RESTART_AFTER);
  }
}
