import { defineCommand } from '../command.ts';
import { ACCOUNT_OPTION } from './account-option.ts';

export const logoutCommand = defineCommand({
  name: 'logout',
  summary: 'Revoke the token of an account at Twitch, and delete it',
  description: `Revokes the token of an account, and deletes it from the parameter store. Chat that was read as that user
    stops, or is read as another one from the next poll on. It does no harm if there is no token.`,
  exitCodes: `0, 78 for a wrong setting, 69 if Twitch or the parameter store does not answer; the token is then still there.`,
  options: {
    account: ACCOUNT_OPTION,
    json: { type: 'boolean', default: false, help: 'Print the result as one JSON line.' },
  },
  examples: ['chatlake logout', 'chatlake logout --account second'],
  readsEnvironmentFile: true,
  async run({ account, json }) {
    const { logout } = await import('../logout.ts');
    return logout({ account, json });
  },
});
