export interface Chat {
  channelId: string;
  channelLogin: string;
  /** The account that reads it. Missing with anonymous reading, and if nobody knows it. */
  account?: string | undefined;
}

/** The changes that turn the running chats into the wanted ones. */
export interface ChatDifference {
  start: Chat[];
  cancel: Chat[];
  /** Running chats whose channel has a new login. The id names a channel, the login its room. */
  rename: Chat[];
  /** Running chats that another account reads from now on. */
  move: Chat[];
  /** Ids of cancelled chats that may still run. Until they end, starting them again has no effect. */
  leaving: string[];
}

/** Compares the running chats with the wanted ones. A wanted chat that is `leaving` is started after it has ended. */
export function chatDifference(running: Chat[], leaving: string[], wanted: Chat[]): ChatDifference {
  const logins = new Map(running.map((chat) => [chat.channelId, chat.channelLogin]));
  const accounts = new Map(running.map((chat) => [chat.channelId, chat.account]));
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
    move: wanted.filter(({ channelId, account }) => {
      const before = accounts.get(channelId);
      return before !== undefined && account !== undefined && before !== account && !stillLeaving.has(channelId);
    }),
    leaving: [...stillLeaving, ...cancel.map((chat) => chat.channelId)],
  };
}
