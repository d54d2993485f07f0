import {
  defineQuery,
  defineSignal,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { checkedChannel, isLogin } from './checked-input.ts';
import { Listener } from './listener.ts';
import type { ListenerStatus } from './listener.ts';
import { CHANNEL_LOGIN } from './search-attributes.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface ChannelChatInput {
  channelId: string;
  channelLogin: string;
  /**
   * The queues of the collectors that listen, one each; default `chat`, the queue of a single collector. They are input, so that a chat
   * keeps its collectors for as long as it runs, whatever the setting becomes meanwhile.
   */
  taskQueues?: string[];
}

export interface ChannelChatStatus {
  channelId: string;
  channelLogin: string;
  /** How often all collectors have left the room and joined it anew because somebody asked. */
  rejoins: number;
  collectors: ListenerStatus[];
}

/** Leave the room and join it anew, for instance after a ban was lifted. */
export const rejoin = defineSignal('rejoin');
/** The channel has another login by now: leave the old room, and join the one of that name. */
export const renamed = defineSignal<[{ channelLogin: string }]>('renamed');
export const chatStatus = defineQuery<ChannelChatStatus>('status');

/**
 * The chat of one live channel, from the poll that saw it live to the cancellation that says it ended. Each collector listens on its own:
 * one that fails or is away does not touch the others. See {@link Listener} for the states; a signal and a cancellation reach all of
 * them, and the workflow has ended only when the last of them has left.
 */
export async function channelChat(input: ChannelChatInput): Promise<void> {
  const channel = checkedChannel(input);
  const { taskQueues = [TASK_QUEUES.chat] } = input;
  const listeners = taskQueues.map((taskQueue) => new Listener(taskQueue));
  const status = (): ChannelChatStatus => ({
    ...channel,
    rejoins: Math.min(...listeners.map((listener) => listener.status.rejoins)),
    collectors: listeners.map((listener) => listener.status),
  });

  setHandler(chatStatus, status, { description: 'Which collectors listen to the channel' });
  setHandler(rejoin, () => listeners.forEach((listener) => listener.rejoin()), {
    description: 'Leave the room and join it anew',
  });
  setHandler(
    renamed,
    ({ channelLogin }) => {
      if (channelLogin === channel.channelLogin) return;
      if (!isLogin(channelLogin)) return log.warn('the new login is none, and the old one stays', { ...channel });
      channel.channelLogin = channelLogin;
      upsertSearchAttributes([{ key: CHANNEL_LOGIN, value: channelLogin }]);
      describe();
      listeners.forEach((listener) => listener.rejoin());
    },
    { description: 'The channel has another login: {"channelLogin": "…"}' },
  );

  function describe(): void {
    const { channelId, channelLogin } = channel;
    setCurrentDetails(`Listening to **${channelLogin}** (${channelId}) through ${taskQueues.join(', ')}.`);
  }

  describe();
  const ends = await Promise.allSettled(listeners.map((listener) => listener.listen(channel)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
