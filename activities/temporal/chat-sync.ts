import { heartbeat } from '@temporalio/activity';
import { z } from 'zod';
import type { Log } from '../../workers/logger.ts';
import { mapAtOnce } from '../at-once.ts';
import { mappingErrors } from '../errors.ts';
import type { Parameters } from '../parameters/client.ts';
import { LIVE_LIST_PATH, chooseRooms, liveList } from '../twitch/live-list.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../twitch/stream-poll-settings.ts';
import { type Chat, chatDifference } from './chat-difference.ts';
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

/** `streams/chats`: the chats that the last sync left running, and when that was last compared with Temporal's own list. */
const chatNote = z.object({
  reconciledAt: z.iso.datetime(),
  chats: z.array(z.object({ channelId: z.string(), channelLogin: z.string() })),
});
const CHAT_NOTE_PATH = 'streams/chats';

const RECONCILE_EVERY_MS = 3_600_000;
/** Starts and cancels that are under way at once: enough for 10,000 channels in minutes, few enough for a small server. */
const AT_ONCE = 50;

export function createChatSyncActivities(deps: {
  parameters: Parameters;
  workflows: ChatWorkflows;
  log: Log;
  now?: () => number;
}): ChatSyncActivities {
  const { parameters, workflows, log, now = Date.now } = deps;

  /** The chats that run: as the last sync noted them, or as Temporal lists them where there is no note or it is an hour old. */
  async function readRunning(): Promise<{ chats: Chat[]; reconciledAt: string; reconciled: boolean }> {
    const note = (await parameters.get(CHAT_NOTE_PATH, chatNote))?.value;
    if (note !== undefined && now() - Date.parse(note.reconciledAt) < RECONCILE_EVERY_MS)
      return { ...note, reconciled: false };
    return { chats: await workflows.listRunning(), reconciledAt: new Date(now()).toISOString(), reconciled: true };
  }

  async function readWanted(): Promise<Chat[]> {
    const live = (await parameters.get(LIVE_LIST_PATH, liveList))?.value.streams ?? [];
    const settings =
      (await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings))?.value ?? streamPollSettings.parse({});
    return chooseRooms(live, settings.limit).map(({ channelId, channelLogin }) => ({ channelId, channelLogin }));
  }

  return {
    syncChats: () =>
      mappingErrors(async () => {
        const running = await readRunning();
        const wanted = await readWanted();
        const { start, cancel } = chatDifference(running.chats, wanted);
        await mapAtOnce(start, AT_ONCE, (chat) => workflows.start(chat).then(heartbeat));
        await mapAtOnce(cancel, AT_ONCE, (chat) => workflows.cancel(chat).then(heartbeat));
        // A chat that was cancelled takes seconds to end, and a start in that time finds it still there. So the next sync looks at Temporal.
        const reconciledAt = cancel.length > 0 ? new Date(0).toISOString() : running.reconciledAt;
        await parameters.put(CHAT_NOTE_PATH, { reconciledAt, chats: wanted });
        if (start.length + cancel.length > 0)
          log.info('chats synced', { started: start.length, cancelled: cancel.length });
        return {
          started: start.length,
          cancelled: cancel.length,
          running: wanted.length,
          reconciled: running.reconciled,
        };
      }),
  };
}
