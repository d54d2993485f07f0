import { removeToken } from '../activities/twitch/log-in.ts';
import { createOAuth } from '../activities/twitch/oauth.ts';
import { ACCOUNT_NAME } from '../workers/account-names.ts';
import { twitchCredentials } from '../workers/twitch-settings.ts';
import { chosenAccount } from './chosen-account.ts';
import { operatorConfig, operatorParameters } from './operator-parameters.ts';
import { orRefusal } from './twitch-refusals.ts';

/** @throws Refusal 69 if a server does not answer */
export async function logout({ account: given, json }: { account: string | undefined; json: boolean }): Promise<void> {
  const config = operatorConfig();
  const { TWITCH_ID_URL: idUrl } = config;
  // An account that is not named any more may still have a token.
  const account = ACCOUNT_NAME.test(given ?? '') ? (given ?? '') : chosenAccount(config.TWITCH_ACCOUNTS, given);
  const oauth = createOAuth({ idUrl, ...twitchCredentials(config) });
  const parameters = operatorParameters(config);
  const wasThere = await orRefusal(() => removeToken({ oauth, parameters }, account));
  const text = wasThere ? `The token of ${account} was revoked and deleted.` : `The account ${account} had no token.`;
  process.stdout.write(`${json ? JSON.stringify({ account, wasThere }) : text}\n`);
}
