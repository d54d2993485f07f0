/**
 * A user's login with a token that has the scope `chat:read`, or anonymous reading, which Twitch tolerates but does not document. `account` is
 * the name of the token, for the remedy.
 */
export type ChatLogin = { login: string; accessToken: string; account?: string } | 'anonymous';

const REFUSALS = [
  'Login authentication failed',
  'Improperly formatted auth',
  'Login unsuccessful',
  'Error logging in',
  'Invalid NICK',
];

/** Whether the text of a NOTICE means that Twitch refused the login. */
export function isLoginRefusal(text: string): boolean {
  return REFUSALS.includes(text);
}

/** What the operator can do when the login is refused. */
export function refusalRemedy(login: ChatLogin): string {
  if (login === 'anonymous')
    return 'Twitch refused anonymous reading, which it does not document and may end at any time. Run `chatlake login`, and set TWITCH_CHAT_ANONYMOUS=no.';
  return `Run \`chatlake login${login.account === undefined ? '' : ` --account ${login.account}`}\` again.`;
}

export function nickFor(login: ChatLogin): string {
  return login === 'anonymous' ? `justinfan${10_000 + Math.floor(Math.random() * 90_000)}` : login.login.toLowerCase();
}

/**
 * The first lines of a connection. Requests tags and commands, but not membership: the JOINs and PARTs of other users would be most of the
 * traffic.
 */
export function handshake(login: ChatLogin, nick: string): string[] {
  const pass = login === 'anonymous' ? [] : [`PASS oauth:${login.accessToken.replace(/^oauth:/, '')}`];
  return ['CAP REQ :twitch.tv/tags twitch.tv/commands', ...pass, `NICK ${nick}`];
}
