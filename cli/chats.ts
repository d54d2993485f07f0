import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import pMap from 'p-map';
import type { ListeningHeartbeat } from '../activities/irc/index.ts';
import type { ChannelChatStatus } from '../workflows/channel-chat.ts';
import { chatId } from '../workflows/ids.ts';

const AT_ONCE = 8;

/** What a chat and its collectors say. */
export interface Chat {
  status: ChannelChatStatus;
  /** Of the collector that receives the most; null if none has told it. */
  messagesPerMinute: number | null;
}

export interface Chats {
  /** By channel id. */
  chats: Map<string, Chat>;
  /** Whether a chat runs, but nobody answers for it. The others were not asked then: each question would wait for its time-out. */
  isUnanswered: boolean;
}

/** Asks the chats of these channels. A chat that does not run is missing. */
export async function askChats(client: Client, channelIds: readonly string[]): Promise<Chats> {
  const answer: Chats = { chats: new Map(), isUnanswered: false };
  await pMap(
    channelIds,
    async (channelId) => {
      if (answer.isUnanswered) return;
      const handle = client.workflow.getHandle(chatId(channelId));
      const description = await handle.describe().catch(() => undefined);
      if (description?.status.name !== 'RUNNING') return;
      const status = await handle.query<ChannelChatStatus>('status').catch(() => undefined);
      if (status === undefined) answer.isUnanswered = true;
      else answer.chats.set(channelId, { status, messagesPerMinute: rateOf(description) });
    },
    { concurrency: AT_ONCE },
  );
  return answer;
}

function rateOf({ raw }: WorkflowExecutionDescription): number | null {
  const rates = (raw.pendingActivities ?? []).flatMap(({ heartbeatDetails }) => {
    const [payload] = heartbeatDetails?.payloads ?? [];
    if (payload === undefined) return [];
    // Another release may have written it.
    const beat = defaultPayloadConverter.fromPayload<Partial<ListeningHeartbeat> | null>(payload);
    const rate = beat?.messagesPerMinute;
    return typeof rate === 'number' ? [rate] : [];
  });
  return rates.length === 0 ? null : Math.max(...rates);
}
