/** The IRC commands whose lines become rows, and the yellow table of each. The collector and the SQL of yellow both read this list. */
export const ROW_COMMANDS = {
  PRIVMSG: 'chat',
  USERNOTICE: 'events',
  CLEARCHAT: 'moderation',
  CLEARMSG: 'moderation',
} as const;

/** The other commands of Twitch chat (https://dev.twitch.tv/docs/chat/irc/). Their lines stay in red and have no row; nor have numerics. */
export const COMMANDS_WITHOUT_ROWS = [
  ...[
    'CAP',
    'GLOBALUSERSTATE',
    'HOSTTARGET',
    'JOIN',
    'MODE',
    'NOTICE',
    'PART',
    'PING',
    'PONG',
    'RECONNECT',
    'ROOMSTATE',
  ],
  ...['USERSTATE', 'WHISPER'],
] as const;

export type RowCommand = keyof typeof ROW_COMMANDS;
