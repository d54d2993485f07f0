/** A chat by its subject. */
export interface Chat {
  channelId: string;
  channelLogin: string;
}

/** What must be done so that the chats that run are the wanted ones. */
export interface ChatDifference {
  start: Chat[];
  cancel: Chat[];
  /** Chats that run and whose channel has another login by now: a channel is known by its id, a room by its login. */
  rename: Chat[];
  /** Ids of chats that were asked to cancel, now or before, and may still run: a start in that time would find them there and do nothing. */
  leaving: string[];
}

/** Compares the chats that run, of which some are `leaving`, with the wanted ones. A wanted chat that is leaving is started once it has left. */
export function chatDifference(running: Chat[], leaving: string[], wanted: Chat[]): ChatDifference {
  const logins = new Map(running.map((chat) => [chat.channelId, chat.channelLogin]));
  const wantedIds = new Set(wanted.map((chat) => chat.channelId));
  const stillLeaving = new Set(leaving.filter((channelId) => logins.has(channelId)));
  const cancel = running.filter((chat) => !wantedIds.has(chat.channelId) && !stillLeaving.has(chat.channelId));
  return {
    start: wanted.filter((chat) => !logins.has(chat.channelId)),
    cancel,
    rename: wanted.filter(({ channelId, channelLogin }) => {
      const login = logins.get(channelId);
      return login !== undefined && login !== channelLogin && !stillLeaving.has(channelId);
    }),
    leaving: [...stillLeaving, ...cancel.map((chat) => chat.channelId)],
  };
}
