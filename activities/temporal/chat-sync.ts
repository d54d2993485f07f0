import pMap from 'p-map';
import type { Log } from '../../common/log.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import type { Parameters } from '../parameters/client.ts';
import { overNewest } from '../parameters/over-newest.ts';
import { readLiveList } from '../twitch/live-list.ts';
import { chatDifference } from './chat-difference.ts';
import type { Chat } from './chat-difference.ts';
import { NEVER, readChatNote, writeChatNote } from './chat-note.ts';
import type { ChatNote } from './chat-note.ts';
import type { ChatWorkflows } from './chat-workflows.ts';

/** What one sync did. `reconciled` says that it compared with Temporal's list and not with the note of the last sync. */
export interface ChatsSynced {
  started: number;
  cancelled: number;
  running: number;
  reconciled: boolean;
}

export interface ChatSyncActivities {
  /** Starts and cancels chats so that they follow the live list. Doing it twice does nothing the second time. */
  syncChats(): Promise<ChatsSynced>;
}

const RECONCILE_EVERY_MS = 3_600_000;
/** Starts and cancels that are under way at once: enough for 10,000 channels in minutes, few enough for a small server. */
const AT_ONCE = 50;
/** A sync that was given up may write in between; not so often. */
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

  /** The chats that run: as the last sync noted them, or as Temporal lists them where there is no note or it is an hour old. */
  async function readRunning(note: ChatNote | undefined): Promise<Running> {
    // A note from a time that is still to come is one of a clock that was wrong.
    if (note !== undefined && Math.abs(now() - Date.parse(note.reconciledAt)) < RECONCILE_EVERY_MS)
      return { ...note, reconciled: false };
    const chats = await workflows.listRunning();
    return { chats, leaving: note?.leaving ?? [], reconciledAt: new Date(now()).toISOString(), reconciled: true };
  }

  async function readWanted(): Promise<Chat[]> {
    const rooms = (await readLiveList(parameters))?.value.streams ?? [];
    return rooms.map(({ channelId, channelLogin }) => ({ channelId, channelLogin }));
  }

  async function sync(signal: AbortSignal): Promise<ChatsSynced> {
    let noted = await readChatNote(parameters);
    const running = await readRunning(noted.note);
    const wanted = await readWanted();
    const { start, cancel, rename, leaving } = chatDifference(running.chats, running.leaving, wanted);
    // Noted before it is done: whoever goes on after a crash asks Temporal what came of it.
    if (start.length + cancel.length + rename.length > 0)
      noted = await writeChatNote(parameters, noted, { reconciledAt: NEVER, chats: running.chats, leaving });

    // Rooms are left before others are joined: a login that one channel gives up may be the next one's.
    await each(cancel, workflows.cancel, signal);
    await each(rename, workflows.rename, signal);
    await each(start, workflows.start, signal);

    const reconciledAt = leaving.length > 0 ? NEVER : running.reconciledAt;
    await writeChatNote(parameters, noted, { reconciledAt, chats: wanted, leaving });
    if (start.length + cancel.length + rename.length > 0)
      log.info('chats synced', { started: start.length, cancelled: cancel.length, renamed: rename.length });
    return { started: start.length, cancelled: cancel.length, running: wanted.length, reconciled: running.reconciled };
  }

  /** Stops at the first failure: the next sync goes on with the rest. */
  async function each(chats: Chat[], act: (chat: Chat) => Promise<unknown>, signal: AbortSignal): Promise<void> {
    await pMap(
      chats,
      async (chat) => {
        signal.throwIfAborted();
        await act(chat);
      },
      { concurrency: AT_ONCE },
    );
  }

  return { syncChats: () => mappingErrors(() => withHeartbeats((signal) => overNewest(RETRIES, () => sync(signal)))) };
}
