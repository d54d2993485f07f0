import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  log,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { checkedChannel, isLogin } from './checked-input.ts';
import type { RoomState } from '../activities/irc/room-state.ts';
import { Listener } from './listener.ts';
import type { ListenerRecord, ListenerStatus } from './listener.ts';
import { PATCHES } from './patches.ts';
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
  /** Given by the run before, where the chat has continued as new: one for each queue. */
  records?: ListenerRecord[];
}

/**
 * Continuing as new makes listening collectors rejoin, which leaves a short gap. So a chat waits until no collector listens, but not beyond
 * this many events: Temporal accepts 10,000 signals per run, and each is an event.
 */
const MOST_EVENTS = 10_000;

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
/** A collector says how its room is. */
export const roomTold = defineSignal<[{ taskQueue: string; state: RoomState }]>('roomTold');
export const chatStatus = defineQuery<ChannelChatStatus>('status');

/**
 * The chat of one live channel, from the poll that saw it live to the cancellation that says it ended. Each collector listens on its own:
 * one that fails or is away does not touch the others. See {@link Listener} for the states; a signal and a cancellation reach all of
 * them, and the workflow has ended only when the last of them has left. When its history has grown, by a collector that fails again and
 * again, it continues as new, with the login of now and with what it has counted.
 */
export async function channelChat(input: ChannelChatInput): Promise<void> {
  const channel = checkedChannel(input);
  const { taskQueues = [TASK_QUEUES.chat], records = [] } = input;
  const isOfToday = patched(PATCHES.chatContinues);
  const listeners = taskQueues.map((taskQueue, index) => new Listener(taskQueue, isOfToday, records[index]));
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

  setHandler(
    roomTold,
    ({ taskQueue, state }) => listeners.find((listener) => listener.status.taskQueue === taskQueue)?.told(state),
    { description: 'How the room of a collector is, told by the collector' },
  );

  function describe(): void {
    const { channelId, channelLogin } = channel;
    setCurrentDetails(`Listening to **${channelLogin}** (${channelId}) through ${taskQueues.join(', ')}.`);
  }

  /** Whether the history is long enough to go on in a new one. */
  function isLong(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    const allWait = listeners.every((listener) => listener.status.state === 'waiting');
    return isOfToday && ((continueAsNewSuggested && allWait) || historyLength > MOST_EVENTS);
  }

  /** Resolves when the chat shall go on in a new history, or has ended. */
  async function historyIsLong(): Promise<void> {
    await condition(() => ended || isLong());
    // The library applies signals before a cancellation that arrived with them. After the timer, both are known.
    if (!ended) await sleep(1);
  }

  describe();
  const listening = new CancellationScope();
  let ended = false;
  const listened = listening
    .run(() => Promise.allSettled(listeners.map((listener) => listener.listen(channel))))
    .finally(() => (ended = true));
  // A cancellation of the workflow reaches the listeners, whose leaving is waited for below.
  await historyIsLong().catch(() => {});
  const continues = !ended && !CancellationScope.current().consideredCancelled;
  if (continues) listening.cancel();

  const ends = await CancellationScope.nonCancellable(() => listened);
  if (continues && !CancellationScope.current().consideredCancelled) {
    await continueAsNew<typeof channelChat>({
      ...channel,
      taskQueues,
      records: listeners.map((listener) => listener.record),
    });
  }
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
