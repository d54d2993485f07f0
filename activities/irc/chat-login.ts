/** A user's login with a token that has the scope `chat:read`; or reading without an account, which Twitch tolerates but does not document. */
export type ChatLogin = { login: string; accessToken: string } | 'anonymous';

const refusals = [
  'Login authentication failed',
  'Improperly formatted auth',
  'Login unsuccessful',
  'Error logging in',
  'Invalid NICK',
];

/** Whether a NOTICE of this text says that the login is not taken. */
export function isLoginRefusal(text: string): boolean {
  return refusals.includes(text);
}

/** What helps when the login is not taken. */
export function refusalRemedy(login: ChatLogin): string {
  return login === 'anonymous'
    ? 'Anonymous reading was refused: Twitch does not document it and may end it any day. Store a user token and set TWITCH_CHAT_ANONYMOUS=no (docs/operating.md says how).'
    : 'Refresh the token, or log in anew with the scope chat:read.';
}

export function nickFor(login: ChatLogin): string {
  return login === 'anonymous' ? `justinfan${10_000 + Math.floor(Math.random() * 90_000)}` : login.login.toLowerCase();
}

/** The first lines of a connection. Tags and commands are asked for; membership is not: joins and parts of strangers would be most of the traffic. */
export function introduction(login: ChatLogin, nick: string): string[] {
  const pass = login === 'anonymous' ? [] : [`PASS oauth:${login.accessToken.replace(/^oauth:/, '')}`];
  return ['CAP REQ :twitch.tv/tags twitch.tv/commands', ...pass, `NICK ${nick}`];
}
