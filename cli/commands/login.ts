import { ConfigError } from '../../workers/config.ts';
import { defineCommand } from '../command.ts';
import { ACCOUNT_OPTION } from './account-option.ts';

/** https://dev.twitch.tv/docs/authentication/register-app/ : without TLS, only localhost. */
const DEFAULT_PORT = '17563';

export const loginCommand = defineCommand({
  name: 'login',
  summary: 'Log in at Twitch, so that chat is read as a user',
  description: `Prints an address of Twitch. Open it, log in, and allow the application to read chat. Twitch sends the browser back to this
    machine, and the token is stored in the parameter store, encrypted, for one of the accounts that TWITCH_ACCOUNTS names. It is refreshed
    from then on. Each account is another user at Twitch, and reads up to 100 channels.

    Register http://localhost:${DEFAULT_PORT} as a redirect address of your application in the developer console, without a slash at its end. On a machine
    without a browser, use --paste: open the address elsewhere, and paste the address to which the browser was sent.

    With --app the application itself gets a token, with which Helix can be asked and chat not.`,
  exitCodes: `0 if the token is stored, 78 for a wrong setting, 69 if Twitch refuses it or a server does not answer, 130 after Ctrl-C.`,
  options: {
    account: ACCOUNT_OPTION,
    app: { type: 'boolean', default: false, help: 'Get a token of the application instead of a user.' },
    port: {
      type: 'string',
      default: DEFAULT_PORT,
      value: 'PORT',
      help: `The port of the redirect address. Default ${DEFAULT_PORT}.`,
    },
    paste: { type: 'boolean', default: false, help: 'Ask for the address to which the browser was sent.' },
    json: { type: 'boolean', default: false, help: 'Print account, login, scopes and expiry as one JSON line.' },
  },
  examples: [
    'chatlake login',
    'chatlake login --account second',
    'chatlake login --paste',
    'chatlake login --app --json',
  ],
  readsEnvironmentFile: true,
  async run({ account, app, port, paste, json }) {
    const number = Number(port);
    if (!/^\d+$/.test(port) || number > 65_535)
      throw new ConfigError(`Expected --port to be a whole number up to 65535, got \`${port}\`.`);
    const { login } = await import('../login.ts');
    return login({ account, app, port: number, paste, json });
  },
});
