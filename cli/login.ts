import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { authorizationUrl } from '../activities/twitch/authorization.ts';
import type { AuthorizationAnswer, AuthorizationFault } from '../activities/twitch/authorization.ts';
import { storeAppToken, storeUserToken } from '../activities/twitch/log-in.ts';
import { readReadingAccounts } from '../activities/twitch/reading-accounts.ts';
import { planRooms } from '../activities/twitch/room-plan.ts';
import { createOAuth } from '../activities/twitch/oauth.ts';
import { tokenPath, twitchToken } from '../activities/twitch/token.ts';
import type { TwitchToken } from '../activities/twitch/token.ts';
import { abortable } from '../common/abortable.ts';
import { Refusal } from '../common/refusal.ts';
import { twitchCredentials } from '../workers/twitch-settings.ts';
import { chosenAccount } from './chosen-account.ts';
import { startCallback } from './login-callback.ts';
import { operatorConfig, operatorParameters } from './operator-parameters.ts';
import { readPasted } from './pasted-address.ts';
import { endingQuietly } from './quiet-interruption.ts';
import { orRefusal } from './twitch-refusals.ts';

export interface LoginOptions {
  /** Undefined: the only one. */
  account: string | undefined;
  app: boolean;
  /** The port of the redirect address. */
  port: number;
  /** Ask for the redirected address instead of waiting for the browser. */
  paste: boolean;
  json: boolean;
}

/** @throws Refusal 69 if Twitch refuses, or a server does not answer */
export async function login({ account: given, app, port, paste, json }: LoginOptions): Promise<void> {
  const config = operatorConfig();
  const { clientId, clientSecret } = twitchCredentials(config);
  const { TWITCH_ID_URL: idUrl } = config;
  const account = chosenAccount(config.TWITCH_ACCOUNTS, given);
  const oauth = createOAuth({ idUrl, clientId, clientSecret });
  const deps = { oauth, parameters: operatorParameters(config), now: Date.now };
  await endingQuietly(async (signal) => {
    const logIn = orRefusal(async () => {
      if (app) return storeAppToken(deps, account);
      // Before the user is sent to the browser: the store answers, and Twitch knows the application.
      await deps.parameters.get(tokenPath(account), twitchToken);
      await oauth.revoke((await oauth.clientCredentials()).accessToken);
      const state = randomBytes(24).toString('base64url');
      const ask = (redirectUri: string): void => {
        const address = authorizationUrl({ idUrl, clientId, redirectUri, state });
        process.stderr.write(
          `Open this address in a browser, and log in as the user who will read chat for the account ${account}:\n\n  ${address}\n\n`,
        );
      };
      const { code, redirectUri } = await (paste
        ? pasted(port, state, ask, signal)
        : redirected(port, state, ask, signal));
      return storeUserToken(deps, account, await oauth.authorizationCode(code, redirectUri));
    });
    const token = await abortable(signal, logIn);
    process.stdout.write(`${json ? JSON.stringify(shown(token, account)) : textOf(token, account)}\n`);
    const { notes } = planRooms({ limit: null }, await readReadingAccounts(deps.parameters, config.TWITCH_ACCOUNTS));
    if (!app) for (const note of notes) process.stderr.write(`${note}\n`);
  });
}

interface Code {
  code: string;
  redirectUri: string;
}

async function redirected(
  port: number,
  state: string,
  ask: (redirectUri: string) => void,
  signal: AbortSignal,
): Promise<Code> {
  const callback = await startCallback(port, state, (text) => void process.stderr.write(`${text}\n`));
  const { redirectUri } = callback;
  try {
    ask(redirectUri);
    process.stderr.write(
      `Waiting for the browser. If it shows \`redirect_mismatch\`, add ${redirectUri} to the redirect addresses of the application. If it cannot reach this machine, press Ctrl-C and use \`chatlake login --paste\`.\n`,
    );
    return { code: codeOf(await abortable(signal, callback.answer), redirectUri), redirectUri };
  } finally {
    callback.close();
  }
}

async function pasted(
  port: number,
  state: string,
  ask: (redirectUri: string) => void,
  signal: AbortSignal,
): Promise<Code> {
  const redirectUri = `http://localhost:${port}`;
  ask(redirectUri);
  process.stderr.write('The browser then shows an address that begins with http://localhost and cannot be opened.\n');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const asked = asking.question('Paste it here: ', { signal });
    // Without it, the end of the input would end the process without a word.
    const ended = once(asking, 'close', { signal }).then(() => '');
    const answer = readPasted(await Promise.race([asked, ended]), state);
    return { code: codeOf(answer, redirectUri), redirectUri };
  } finally {
    asking.close();
  }
}

function codeOf(answer: AuthorizationAnswer, redirectUri: string): string {
  if ('code' in answer) return answer.code;
  throw new Refusal(69, `The login failed: ${faultText(answer.fault, redirectUri)} Run \`chatlake login\` again.`);
}

function faultText(fault: AuthorizationFault, redirectUri: string): string {
  switch (fault) {
    case 'not allowed':
      return 'the user did not allow it.';
    case 'redirect mismatch':
      return `${redirectUri} is no redirect address of the application. Add it in the developer console, without a slash at its end, and save it.`;
    case 'no code':
      return 'the answer of Twitch has no code.';
    case 'refused':
      return 'Twitch refused it.';
  }
}

const shown = ({ kind, login, scopes, expiresAt }: TwitchToken, account: string) => ({
  account,
  kind,
  login,
  scopes,
  expiresAt,
});

function textOf({ kind, login, scopes, expiresAt }: TwitchToken, account: string): string {
  const until = expiresAt === null ? '' : `, valid until ${expiresAt} and refreshed before that`;
  if (kind === 'app')
    return `The account ${account} has a token of the application${until}. It can ask Helix, and cannot read chat.`;
  return `Logged in as ${login ?? 'a user whom Twitch has not named yet'} for the account ${account}, with ${scopes.join(' ')}${until}.`;
}
