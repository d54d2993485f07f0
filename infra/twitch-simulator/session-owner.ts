import type { LeftBy } from './attendance.ts';
import type { IrcSession } from './irc-session.ts';

/** What a session reports to its server. */
export interface SessionOwner {
  /** Whether the account may log in again. If not, the connection is closed. */
  mayLogIn(session: IrcSession): boolean;
  loggedIn(session: IrcSession): void;
  /** A login was refused. */
  loginRefused(): void;
  /** Whether the account may send another JOIN. If not, the connection is closed. */
  maySendJoin(session: IrcSession): boolean;
  /** Whether the account may be in another room. If not, the JOIN is refused. */
  mayHold(session: IrcSession, channelLogin: string): boolean;
  /** Whether the channel has banned the account. */
  isBanned(session: IrcSession, channelLogin: string): boolean;
  joined(session: IrcSession, channelLogin: string): void;
  /** A JOIN was refused with this `msg-id`, or not answered. */
  refused(channelLogin: string, answer: string | null): void;
  parted(session: IrcSession, channelLogin: string, by: LeftBy): void;
  /** The session has ended. `broken`: not by QUIT or an orderly close, so lines may have been lost. */
  ended(session: IrcSession, broken: boolean): void;
}
