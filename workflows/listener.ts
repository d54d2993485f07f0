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

/** How one collector is with a channel. */
export interface ListenerStatus {
  /** The task queue of the collector. */
  taskQueue: string;
  /** `joining` until the collector has told more; then as it tells: `listening`, `waiting for a token`, `suspended`, … */
  state: RoomState | 'rejoining' | 'waiting' | 'leaving';
  rejoins: number;
  /** Why listening had to begin anew the last time, other than by a rejoin; null where it never had to. */
  lastError: string | null;
}

/** What a listener takes along when its chat continues as new. */
export type ListenerRecord = Pick<ListenerStatus, 'rejoins' | 'lastError'>;

const BEGINS_ANEW_AFTER = '30 seconds';

function left(error: unknown): CancelledFailure {
  log.warn('the collector failed while it left', { reason: rootCause(error) });
  return new CancelledFailure('The chat was cancelled while its collector failed.');
}

/**
 * One collector's part of a chat: an activity on its queue that lives as long as the stream.
 *
 * *joining* → the activity is on its way into the room; from then on the collector tells how that goes ({@link told}). {@link rejoin} makes
 * it *rejoining*: the activity is cancelled, which makes it leave the room with everything acknowledged, or kept where Kafka is away, and
 * another is started, however the first one ended. An activity that fails for good leaves it *waiting*, for half a minute or until somebody
 * asks for a rejoin. A cancellation makes it *leaving*, from the moment it comes: the activity is waited for, so that {@link listen} ends
 * only when the collector has handed over the last line.
 */
export class Listener {
  readonly status: ListenerStatus;
  readonly #activities: Pick<ChatActivities, 'listenToChannel'>;
  readonly #wakes: boolean;
  #scope: CancellationScope | undefined;
  #rejoinAsked = false;

  /** @param wakes whether a rejoin ends a wait; see `patches.ts` */
  constructor(taskQueue: string, wakes: boolean, before: ListenerRecord = { rejoins: 0, lastError: null }) {
    this.#wakes = wakes;
    this.status = { taskQueue, state: 'joining', ...before };
    // Temporal starts the activity again when its worker dies: the heartbeat tells within 15 s. It is retried for ever, always after a
    // second, since nothing about a later try is less likely to succeed.
    this.#activities = proxyActivities<ChatActivities>({
      taskQueue,
      startToCloseTimeout: '30 days',
      heartbeatTimeout: '15 seconds',
      retry: { initialInterval: '1 second', backoffCoefficient: 1 },
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      summary: 'listen until the stream ends',
    });
  }

  /** What the collector says of the room; nothing that counts once it has been left, or is being left. */
  told(state: RoomState): void {
    if (!['rejoining', 'waiting', 'leaving'].includes(this.status.state)) this.status.state = state;
  }

  /** A listener that is leaving goes on leaving. If its chat continues as new, the join of the next run is the rejoin. */
  rejoin(): void {
    this.#rejoinAsked = true;
    if (this.status.state !== 'leaving') this.status.state = 'rejoining';
    this.#scope?.cancel();
  }

  get record(): ListenerRecord {
    const { rejoins, lastError } = this.status;
    return { rejoins: rejoins + (this.#rejoinAsked ? 1 : 0), lastError };
  }

  /**
   * @param channel read anew for each join, since its login may change meanwhile
   * @throws the cancellation of the workflow, once the activity has left
   */
  async listen(channel: { channelId: string; channelLogin: string }): Promise<void> {
    const { status } = this;
    // Rejects when the workflow is cancelled: at once, and not only when the activity has left.
    CancellationScope.current().cancelRequested.catch(() => (status.state = 'leaving'));
    for (;;) {
      const scope = new CancellationScope();
      this.#scope = scope;
      // A signal that came with the start was handled before there was a scope to cancel: the join to come is the one it asked for.
      this.#rejoinAsked = false;
      status.state = 'joining';
      try {
        await scope.run(() => this.#activities.listenToChannel({ ...channel }));
        return;
      } catch (error) {
        // However the activity ended, the room has been left.
        if (CancellationScope.current().consideredCancelled) throw isCancellation(error) ? error : left(error);
        if (!this.#rejoinAsked) await this.#wait(channel, error);
        if (this.#rejoinAsked) status.rejoins += 1;
      }
    }
  }

  /**
   * The activity is retried for ever by itself. What comes here was called not retryable: a token record that cannot be read, say. While the
   * stream is live somebody may mend that, so the chat lives on.
   */
  async #wait(channel: { channelId: string; channelLogin: string }, error: unknown): Promise<void> {
    this.status.state = 'waiting';
    this.status.lastError = rootCause(error) ?? String(error);
    log.warn('listening failed for good; beginning anew in half a minute', {
      ...channel,
      reason: this.status.lastError,
    });
    await condition(() => this.#wakes && this.#rejoinAsked, BEGINS_ANEW_AFTER);
  }
}
