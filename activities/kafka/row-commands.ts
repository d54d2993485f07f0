/** The IRC commands whose lines become rows, and the yellow table of each. The collector and the SQL of yellow both read this list. */
export const ROW_COMMANDS = {
  PRIVMSG: 'chat',
  USERNOTICE: 'events',
  CLEARCHAT: 'moderation',
  CLEARMSG: 'moderation',
} as const;

export type RowCommand = keyof typeof ROW_COMMANDS;
