/** A chat by its subject. */
export interface Chat {
  channelId: string;
  channelLogin: string;
}

export interface ChatDifference {
  start: Chat[];
  cancel: Chat[];
}

/** What must be started and cancelled so that the chats that run are the wanted ones. */
export function chatDifference(running: Chat[], wanted: Chat[]): ChatDifference {
  const runningIds = new Set(running.map((chat) => chat.channelId));
  const wantedIds = new Set(wanted.map((chat) => chat.channelId));
  return {
    start: wanted.filter((chat) => !runningIds.has(chat.channelId)),
    cancel: running.filter((chat) => !wantedIds.has(chat.channelId)),
  };
}
