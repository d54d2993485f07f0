import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { channelChat } from '../../workflows/channel-chat.ts';
import { chatId } from '../../workflows/ids.ts';
import { CATEGORY, CHANNEL_LOGIN, LANGUAGE, STATE } from '../../workflows/search-attributes.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import type { Chat } from './chat-difference.ts';

/** The chats as workflows in Temporal. `start` and `cancel` are idempotent. */
export interface ChatWorkflows {
  /** @param heartbeatSeconds the heartbeat time-out of its collectors */
  start(chat: Chat, heartbeatSeconds: number): Promise<void>;
  cancel(chat: Chat): Promise<void>;
  /** Sends a running chat the new login of its channel. */
  rename(chat: Chat): Promise<void>;
  /** Makes the collectors of a running chat leave the room and join it again. */
  rejoin(chat: Chat): Promise<void>;
  /** Tells a running chat the language and the category of its stream. */
  describe(chat: Chat): Promise<void>;
  /** The running chats. Temporal's visibility is about a second behind. */
  listRunning(): Promise<Chat[]>;
}

/**
 * @param taskQueues the queues of the collectors for new chats. A running chat keeps the queues that it was started with.
 */
export function createChatWorkflows(client: Client, taskQueues: string[]): ChatWorkflows {
  return {
    async start({ channelId, channelLogin, language, category }, heartbeatSeconds) {
      await client.workflow.start<typeof channelChat>('channelChat', {
        workflowId: chatId(channelId),
        taskQueue: TASK_QUEUES.orchestrate,
        args: [{ channelId, channelLogin, taskQueues, heartbeatSeconds }],
        // A running chat is kept. An ended one is started again when its channel is live again.
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: `Chat of ${channelLogin}`,
        typedSearchAttributes: [
          { key: CHANNEL_LOGIN, value: channelLogin },
          { key: STATE, value: 'joining' },
          ...(language === undefined ? [] : [{ key: LANGUAGE, value: language }]),
          ...(category === undefined ? [] : [{ key: CATEGORY, value: category }]),
        ],
      });
    },
    cancel: ({ channelId }) =>
      unlessEnded(async () => void (await client.workflow.getHandle(chatId(channelId)).cancel())),
    rename: ({ channelId, channelLogin }) =>
      unlessEnded(() => client.workflow.getHandle(chatId(channelId)).signal('renamed', { channelLogin })),
    rejoin: ({ channelId }) => unlessEnded(() => client.workflow.getHandle(chatId(channelId)).signal('rejoin')),
    describe: ({ channelId, language, category }) =>
      unlessEnded(() => client.workflow.getHandle(chatId(channelId)).signal('described', { language, category })),
    async listRunning() {
      const chats: Chat[] = [];
      for await (const info of client.workflow.list({
        query: "WorkflowType = 'channelChat' AND ExecutionStatus = 'Running'",
      })) {
        const channelId = info.workflowId.slice(chatId('').length);
        const { typedSearchAttributes: found } = info;
        chats.push({
          channelId,
          channelLogin: found.get(CHANNEL_LOGIN) ?? channelId,
          language: found.get(LANGUAGE),
          category: found.get(CATEGORY),
        });
      }
      return chats;
    },
  };
}

/** Ignores that the chat has ended: a cancel wanted that, and the next sync starts it again if it is still wanted. */
async function unlessEnded(ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
