/** The topics of one installation. Each test gives itself others. */
export interface Topics {
  /** Lines as received. */
  chat: string;
  /** Coverage records. */
  coverage: string;
}

/** The names that the design gives the topics. */
export const TOPICS: Topics = { chat: 'twitch.chat', coverage: 'twitch.coverage' };

/** Partitions of the chat topic where it is made by us. */
export const CHAT_PARTITIONS = 4;
