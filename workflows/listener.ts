import {
  ActivityCancellationType,
  CancellationScope,
  log,
  proxyActivities,
  rootCause,
  sleep,
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

/**
 * One collector's part of a chat: an activity on its queue that lives as long as the stream.
 *
 * *joining* → the activity is on its way into the room; from then on the collector tells how that goes ({@link told}). {@link rejoin} makes
 * it *rejoining*: the activity is cancelled, which makes it leave the room with everything acknowledged, or kept where Kafka is away, and
 * another is started, however the first one ended. An activity that fails for good leaves it *waiting*, for half a minute. A cancellation of
 * the workflow makes it *leaving*: the activity is waited for, so that {@link listen} ends only when the collector has handed over the last line.
 */
export class Listener {
  readonly status: ListenerStatus;
  readonly #activities: Pick<ChatActivities, 'listenToChannel'>;
  #scope: CancellationScope | undefined;
  #rejoinAsked = false;

  constructor(taskQueue: string) {
    this.status = { taskQueue, state: 'joining', rejoins: 0, lastError: null };
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

  /** What the collector says of the room; nothing that counts once it is being left. */
  told(state: RoomState): void {
    if (this.status.state !== 'rejoining' && this.status.state !== 'leaving') this.status.state = state;
  }

  rejoin(): void {
    this.#rejoinAsked = true;
    this.status.state = 'rejoining';
    this.#scope?.cancel();
  }

  /**
   * @param channel read anew for each join, since its login may change meanwhile
   * @throws the cancellation of the workflow, once the activity has left
   */
  async listen(channel: { channelId: string; channelLogin: string }): Promise<void> {
    const { status } = this;
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
        if (CancellationScope.current().consideredCancelled) {
          status.state = 'leaving';
          throw error;
        }
        if (this.#rejoinAsked) {
          status.rejoins += 1;
          continue;
        }
        // The activity is retried for ever by itself. What comes here was called not retryable: a token record that cannot be read, say.
        // While the stream is live somebody may mend that, so the chat lives on.
        status.state = 'waiting';
        status.lastError = rootCause(error) ?? String(error);
        log.warn('listening failed for good; beginning anew in half a minute', {
          ...channel,
          reason: status.lastError,
        });
        await sleep('30 seconds');
      }
    }
  }
}
