import type { LeftBy } from './attendance.ts';
import type { IrcSession } from './irc-session.ts';

/** What a session tells the server that owns it. */
export interface SessionOwner {
  /** May the account log in once more? Where it may not, the connection is closed. */
  mayLogIn(session: IrcSession): boolean;
  loggedIn(session: IrcSession): void;
  /** A login was answered with no. */
  loginRefused(): void;
  /** May the account send one more JOIN? Where it may not, the connection is closed. */
  maySendJoin(session: IrcSession): boolean;
  /** May the account be in this room as well? Where it may not, the JOIN is passed over. */
  mayHold(session: IrcSession, channelLogin: string): boolean;
  joined(session: IrcSession, channelLogin: string): void;
  /** A JOIN was answered with this `msg-id`, or with silence. */
  refused(channelLogin: string, answer: string | null): void;
  parted(session: IrcSession, channelLogin: string, by: LeftBy): void;
  /** The session is over. `broken`: not by QUIT or an orderly end, so lines may have been lost on the way. */
  ended(session: IrcSession, broken: boolean): void;
}
