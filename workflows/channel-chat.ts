import {
  CancellationScope,
  defineQuery,
  defineSignal,
  log,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  setHandler,
  sleep,
  ActivityCancellationType,
} from '@temporalio/workflow';
import type { ChatActivities } from '../activities/irc/index.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface ChannelChatInput {
  channelId: string;
  channelLogin: string;
}

export interface ChannelChatStatus extends ChannelChatInput {
  state: 'listening' | 'rejoining' | 'leaving';
  rejoins: number;
  /** Why listening had to begin anew the last time, other than by a rejoin; null where it never had to. */
  lastError: string | null;
}

/** Leave the room and join it anew, for instance after a ban was lifted. */
export const rejoin = defineSignal('rejoin');
export const chatStatus = defineQuery<ChannelChatStatus>('status');

/**
 * The activity lives as long as the stream. Temporal starts it again elsewhere when its worker dies: the heartbeat tells within 15 s.
 * It is retried for ever, always after a second, since nothing about a later try is less likely to succeed.
 */
const { listenToChannel } = proxyActivities<ChatActivities>({
  taskQueue: TASK_QUEUES.chat,
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  summary: 'listen until the stream ends',
});

/**
 * The chat of one live channel, from the poll that saw it live to the cancellation that says it ended.
 *
 * *listening* → the activity is in the room, or on its way into it. A `rejoin` signal makes it *rejoining*: the activity is cancelled,
 * which makes it leave the room with everything acknowledged, and another is started, however the first one ended. A cancellation of the workflow makes it
 * *leaving*: the activity is waited for, so that the workflow has ended only when the last line is in Kafka.
 */
export async function channelChat({ channelId, channelLogin }: ChannelChatInput): Promise<void> {
  const status: ChannelChatStatus = { channelId, channelLogin, state: 'listening', rejoins: 0, lastError: null };
  let listening: CancellationScope | undefined;
  let rejoinAsked = false;

  setHandler(chatStatus, () => status, { description: 'Whether the channel is listened to' });
  setHandler(
    rejoin,
    () => {
      rejoinAsked = true;
      status.state = 'rejoining';
      listening?.cancel();
    },
    { description: 'Leave the room and join it anew' },
  );

  for (;;) {
    setCurrentDetails(`Listening to **${channelLogin}** (${channelId}); ${status.rejoins} rejoins.`);
    listening = new CancellationScope();
    const scope = listening;
    // A signal that came with the start was handled before there was a scope to cancel: the join to come is the one it asked for.
    rejoinAsked = false;
    status.state = 'listening';
    try {
      await scope.run(() => listenToChannel({ channelId, channelLogin }));
      return;
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) {
        status.state = 'leaving';
        throw error;
      }
      if (rejoinAsked) {
        status.rejoins += 1;
        continue;
      }
      // The activity is retried for ever by itself. What comes here was called not retryable: a token record that cannot be read, say.
      // While the stream is live somebody may mend that, so the chat lives on.
      status.lastError = rootCause(error) ?? String(error);
      log.warn('listening failed for good; beginning anew in half a minute', {
        channelId,
        channelLogin,
        reason: status.lastError,
      });
      await sleep('30 seconds');
    }
  }
}
