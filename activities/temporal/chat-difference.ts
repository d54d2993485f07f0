export interface Chat {
  channelId: string;
  channelLogin: string;
  /** The account that reads it. Missing with anonymous reading, and if nobody knows it. */
  account?: string | undefined;
  /** Of the stream, if they are known. */
  language?: string | undefined;
  category?: string | undefined;
}

/** The changes that turn the running chats into the wanted ones. */
export interface ChatDifference {
  start: Chat[];
  cancel: Chat[];
  /** Running chats whose channel has a new login. The id names a channel, the login its room. */
  rename: Chat[];
  /** Running chats that another account reads from now on. */
  move: Chat[];
  /** Running chats whose stream has another language or category. */
  describe: Chat[];
  /** Ids of cancelled chats that may still run. Until they end, starting them again has no effect. */
  leaving: string[];
}

/** Compares the running chats with the wanted ones. A wanted chat that is `leaving` is started after it has ended. */
export function chatDifference(running: Chat[], leaving: string[], wanted: Chat[]): ChatDifference {
  const chats = new Map(running.map((chat) => [chat.channelId, chat]));
  const wantedIds = new Set(wanted.map((chat) => chat.channelId));
  const stillLeaving = new Set(leaving.filter((channelId) => chats.has(channelId)));
  const cancel = running.filter((chat) => !wantedIds.has(chat.channelId) && !stillLeaving.has(chat.channelId));
  return {
    start: wanted.filter((chat) => !chats.has(chat.channelId)),
    cancel,
    rename: wanted.filter(({ channelId, channelLogin }) => {
      const login = chats.get(channelId)?.channelLogin;
      return login !== undefined && login !== channelLogin && !stillLeaving.has(channelId);
    }),
    move: wanted.filter(({ channelId, account }) => {
      const before = chats.get(channelId)?.account;
      return before !== undefined && account !== undefined && before !== account && !stillLeaving.has(channelId);
    }),
    describe: wanted.filter(({ channelId, language, category }) => {
      const before = chats.get(channelId);
      const isOther = language !== before?.language || category !== before?.category;
      return before !== undefined && isOther && !stillLeaving.has(channelId);
    }),
    leaving: [...stillLeaving, ...cancel.map((chat) => chat.channelId)],
  };
}
