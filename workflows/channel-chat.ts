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
import { checkedChannel, checkedHeartbeatSeconds, isLogin } from './checked-input.ts';
import type { RoomState } from '../activities/irc/room-state.ts';
import { Listener } from './listener.ts';
import type { ListenerRecord, ListenerStatus } from './listener.ts';
import { PATCHES } from './patches.ts';
import { CATEGORY, CHANNEL_LOGIN, LANGUAGE, STATE } from './search-attributes.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface ChannelChatInput {
  channelId: string;
  channelLogin: string;
  /**
   * The task queues of the listening collectors. Default: `chat`, the queue of a single collector. They are input because a chat keeps its
   * collectors while it runs, even if the setting changes.
   */
  taskQueues?: string[];
  /** After so many seconds without a heartbeat, a collector counts as dead. Default 15. */
  heartbeatSeconds?: number;
  /** From the previous run after a continue-as-new: one per queue. */
  records?: ListenerRecord[];
  /** From the previous run: when the chat was started, ISO. */
  wantedSince?: string;
}

/**
 * A continue-as-new makes listening collectors rejoin, which causes a short gap. So a chat waits until no collector is listening, up to this
 * many events: Temporal accepts 10,000 signals per run, and each is an event.
 */
const MOST_EVENTS = 10_000;

/** Temporal's search attributes have 255 characters at most. */
const LONGEST_TEXT = 200;

const isShortText = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && value.length <= LONGEST_TEXT);

function isDescription(value: unknown): value is StreamDescription {
  if (typeof value !== 'object' || value === null) return false;
  const { language, category } = value as Record<string, unknown>;
  return isShortText(language) && isShortText(category);
}

export interface ChannelChatStatus {
  channelId: string;
  channelLogin: string;
  /** When the poll started the chat, ISO. */
  wantedSince: string;
  /** How often all collectors have rejoined the room on request. */
  rejoins: number;
  collectors: ListenerStatus[];
}

export interface RoomTold {
  taskQueue: string;
  state: RoomState;
  /** The account that reads the room. Histories of 0.2.0 may have none. */
  account?: string;
}

/** What Helix says of the stream; a field is missing if it does not say it. */
export interface StreamDescription {
  language?: string;
  category?: string;
}

/** Leave the room and join it again, for example after a ban was lifted. */
export const rejoin = defineSignal('rejoin');
/** The channel has a new login: leave the old room and join the new one. */
export const renamed = defineSignal<[{ channelLogin: string }]>('renamed');
/** The stream has another language or category. */
export const described = defineSignal<[StreamDescription]>('described');
/** A collector reports the state of its room. */
export const roomStateChanged = defineSignal<[RoomTold]>('roomTold');
export const chatStatus = defineQuery<ChannelChatStatus>('status');

/**
 * The chat of one live channel: the poll starts it when the stream is live, and cancels it when the stream has ended. Collectors listen
 * independently, so the failure of one does not affect the others. {@link Listener} documents their states. Signals and cancellations reach
 * all of them, and the workflow ends when the last one has left. If its history gets long, because a collector fails repeatedly, it continues
 * as new with the current login and the counts.
 */
export async function channelChat(input: ChannelChatInput): Promise<void> {
  const channel = checkedChannel(input);
  const { taskQueues = [TASK_QUEUES.chat], records = [] } = input;
  const heartbeatSeconds = checkedHeartbeatSeconds(input);
  // The poll of this release gives the time-out. So most chats need no marker, which thousands at once would make Temporal pay for.
  const isSince020 = input.heartbeatSeconds !== undefined || patched(PATCHES.chatContinues);
  const listeners = taskQueues.map(
    (taskQueue, index) =>
      new Listener({ taskQueue, heartbeatSeconds }, { wakes: isSince020, onState: showState }, records[index]),
  );
  const wantedSince = input.wantedSince ?? workflowInfo().startTime.toISOString();
  const status = (): ChannelChatStatus => ({
    ...channel,
    wantedSince,
    rejoins: Math.min(...listeners.map((listener) => listener.status.rejoins)),
    collectors: listeners.map((listener) => listener.status),
  });

  setHandler(chatStatus, status, { description: 'Which collectors listen to the channel' });
  setHandler(rejoin, () => listeners.forEach((listener) => listener.rejoin()), {
    description: 'Leave the room and join it again',
  });
  setHandler(
    renamed,
    ({ channelLogin }) => {
      if (channelLogin === channel.channelLogin) return;
      if (!isLogin(channelLogin)) return log.warn('ignored a signal with an invalid login', { ...channel });
      channel.channelLogin = channelLogin;
      upsertSearchAttributes([{ key: CHANNEL_LOGIN, value: channelLogin }]);
      describe();
      listeners.forEach((listener) => listener.rejoin());
    },
    { description: 'The channel has a new login: {"channelLogin": "…"}' },
  );

  setHandler(
    roomStateChanged,
    ({ taskQueue, state, account }) => {
      listeners.find((listener) => listener.status.taskQueue === taskQueue)?.setState(state, account);
      describe();
    },
    { description: 'The state of a collector’s room, sent by the collector' },
  );
  setHandler(
    described,
    (description) => {
      // Anybody may send it from the command line, and an error here would stop the chat.
      if (!isDescription(description))
        return log.warn('ignored a signal with an invalid language or category', { ...channel });
      upsertSearchAttributes([
        { key: LANGUAGE, value: description.language ?? null },
        { key: CATEGORY, value: description.category ?? null },
      ]);
    },
    { description: 'The stream has changed: {"language": "ko", "category": "…"}' },
  );

  function describe(): void {
    const { channelId, channelLogin } = channel;
    const lines = listeners.map((listener) => `- ${listener.text}`);
    setCurrentDetails(`**${channelLogin}** (${channelId}), wanted since ${wantedSince}:\n\n${lines.join('\n')}`);
  }

  // The search attribute of the previous run stays after a continue-as-new.
  let shown: string = input.wantedSince === undefined ? 'joining' : '';
  /** The chat is heard if one of its collectors hears it. */
  function showState(): void {
    describe();
    const states = listeners.map((listener) => listener.status.state);
    const state = states.find((it) => it === 'listening') ?? states[0] ?? 'joining';
    if (state === shown || state === 'leaving' || !isSince020) return;
    shown = state;
    upsertSearchAttributes([{ key: STATE, value: state }]);
  }

  /** Whether to continue as new. */
  function isLong(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    const allWait = listeners.every((listener) => listener.status.state === 'waiting');
    return isSince020 && ((continueAsNewSuggested && allWait) || historyLength > MOST_EVENTS);
  }

  /** Resolves when the chat has ended or should continue as new. */
  async function historyIsLong(): Promise<void> {
    await condition(() => ended || isLong());
    // The SDK applies signals before a cancellation that arrived with them. After the timer, both have been applied.
    if (!ended) await sleep(1);
  }

  showState();
  const listening = new CancellationScope();
  let ended = false;
  const listened = listening
    .run(() => Promise.allSettled(listeners.map((listener) => listener.listen(channel))))
    .finally(() => (ended = true));
  // A cancellation of the workflow also cancels the listeners, which are awaited below.
  await historyIsLong().catch(() => {});
  const continues = !ended && !CancellationScope.current().consideredCancelled;
  if (continues) listening.cancel();

  const ends = await CancellationScope.nonCancellable(() => listened);
  if (continues && !CancellationScope.current().consideredCancelled) {
    await continueAsNew<typeof channelChat>({
      ...channel,
      taskQueues,
      heartbeatSeconds,
      wantedSince,
      records: listeners.map((listener) => listener.record),
    });
  }
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
