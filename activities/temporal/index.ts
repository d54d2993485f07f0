export { createChatSyncActivities, type ChatSyncActivities, type ChatsSynced } from './chat-sync.ts';
export { createChatWorkflows } from './chat-workflows.ts';
export { createRefreshNow } from './refresh-now.ts';
