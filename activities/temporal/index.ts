export { createChatSyncActivities } from './chat-sync.ts';
export type { ChatSyncActivities } from './chat-sync.ts';
export { createChatWorkflows } from './chat-workflows.ts';
export { createRefreshNow, createRefreshRequest } from './refresh-now.ts';
