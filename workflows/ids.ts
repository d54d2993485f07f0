/** Ids are made from their subject, so starting a workflow twice does nothing. */
export const tokenRefreshId = (account: string): string => `token-refresh/${account}`;
export const chatId = (channelId: string): string => `chat/${channelId}`;
export const refinementId = (hour: string): string => `refine-${hour}`;
export const reportId = (day: string): string => `report/${day}`;

export const forgetId = (userId: string): string => `forget/${userId}`;

export const CHAT_LOAD_ID = 'chat-load';

export const SCHEDULES = {
  streamPoll: 'stream-poll',
  refineHourly: 'refine-hourly',
  refineOpen: 'refine-open',
  loadStatus: 'load-status',
  retainRed: 'retain-red',
  findVideos: 'find-videos',
} as const;
