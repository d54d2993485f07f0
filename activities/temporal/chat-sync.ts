import pMap from 'p-map';
import type { Log } from '../../common/log.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import type { Parameters } from '../parameters/client.ts';
import { retryOnConflict } from '../parameters/retry-on-conflict.ts';
import { readLiveList } from '../twitch/live-list.ts';
import { chatDifference } from './chat-difference.ts';
import type { Chat } from './chat-difference.ts';
import { NEVER, readChatNote, writeChatNote } from './chat-note.ts';
import type { ChatNote } from './chat-note.ts';
import type { ChatWorkflows } from './chat-workflows.ts';
import { heartbeatSeconds } from './heartbeat-seconds.ts';

export interface ChatsSynced {
  started: number;
  cancelled: number;
  running: number;
  /** The sync used Temporal's list, not the note of the last sync. */
  reconciled: boolean;
}

export interface ChatSyncActivities {
  /** Starts and cancels chats to match the live list. Idempotent. */
  syncChats(): Promise<ChatsSynced>;
}

const RECONCILE_EVERY_MS = 3_600_000;
/**
 * Concurrent starts or cancels. More would not be faster, because the work of the started chats waits behind them, and on a small server so
 * long that it times out and is repeated.
 */
const CONCURRENCY = 8;
/** For conflicts with a sync that timed out and still runs. */
const RETRIES = 2;

interface Running {
  chats: Chat[];
  leaving: string[];
  reconciledAt: string;
  reconciled: boolean;
}

export function createChatSyncActivities(deps: {
  parameters: Parameters;
  workflows: ChatWorkflows;
  log: Log;
  now?: () => number;
}): ChatSyncActivities {
  const { parameters, workflows, log, now = Date.now } = deps;

  /** The running chats from the note of the last sync, or from Temporal if there is no note or it is an hour old. */
  async function readRunning(note: ChatNote | undefined): Promise<Running> {
    // A note from the future has the time of a wrong clock.
    if (note !== undefined && Math.abs(now() - Date.parse(note.reconciledAt)) < RECONCILE_EVERY_MS)
      return { ...note, reconciled: false };
    const accounts = new Map(note?.chats.map(({ channelId, account }) => [channelId, account]));
    const listed = await workflows.listRunning();
    const chats = listed.map((chat) => ({ ...chat, account: accounts.get(chat.channelId) }));
    return { chats, leaving: note?.leaving ?? [], reconciledAt: new Date(now()).toISOString(), reconciled: true };
  }

  async function readWanted(): Promise<Chat[]> {
    const rooms = (await readLiveList(parameters))?.value.streams ?? [];
    return rooms.map(({ channelId, channelLogin, account, language, category }) => ({
      ...{ channelId, channelLogin },
      ...(account === undefined ? {} : { account }),
      ...(language === undefined ? {} : { language }),
      ...(category === undefined ? {} : { category }),
    }));
  }

  async function sync(signal: AbortSignal): Promise<ChatsSynced> {
    let noted = await readChatNote(parameters);
    const running = await readRunning(noted.note);
    const wanted = await readWanted();
    const { start, cancel, rename, move, describe, leaving } = chatDifference(running.chats, running.leaving, wanted);
    // Written first: after a crash, the next sync lists the chats from Temporal.
    if (start.length + cancel.length + rename.length + move.length + describe.length > 0)
      noted = await writeChatNote(parameters, noted, { reconciledAt: NEVER, chats: running.chats, leaving });

    // Leave rooms before joining others: a login may move from one channel to another.
    await each(cancel, workflows.cancel, signal);
    await each(rename, workflows.rename, signal);
    await each(move, workflows.rejoin, signal);
    await each(describe, workflows.describe, signal);
    const seconds = heartbeatSeconds(wanted.length);
    await each(start, (chat) => workflows.start(chat, seconds), signal);

    const reconciledAt = leaving.length > 0 ? NEVER : running.reconciledAt;
    await writeChatNote(parameters, noted, { reconciledAt, chats: wanted, leaving });
    if (start.length + cancel.length + rename.length + move.length > 0)
      log.info('chats synced', {
        ...{ started: start.length, cancelled: cancel.length, renamed: rename.length, moved: move.length },
      });
    return { started: start.length, cancelled: cancel.length, running: wanted.length, reconciled: running.reconciled };
  }

  /** Stops at the first failure. The next sync does the rest. */
  async function each(chats: Chat[], act: (chat: Chat) => Promise<unknown>, signal: AbortSignal): Promise<void> {
    await pMap(
      chats,
      async (chat) => {
        signal.throwIfAborted();
        await act(chat);
      },
      { concurrency: CONCURRENCY },
    );
  }

  return {
    syncChats: () => mappingErrors(() => withHeartbeats((signal) => retryOnConflict(RETRIES, () => sync(signal)))),
  };
}
