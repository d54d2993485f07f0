import { defineCommand } from '../command.ts';

export const logoutCommand = defineCommand({
  name: 'logout',
  summary: 'Revoke the token of an account at Twitch, and delete it',
  description: `Revokes the token of the account that TWITCH_ACCOUNT names, and deletes it from the parameter store. Chat that was read as that user
    stops. It does no harm if there is no token.

    Exit codes: 0, or 69 if Twitch or the parameter store does not answer; the token is then still there.`,
  options: { json: { type: 'boolean', default: false, help: 'Print the result as one JSON line.' } },
  examples: ['chatlake logout'],
  readsEnvironmentFile: true,
  async run({ json }) {
    const { logout } = await import('../logout.ts');
    return logout({ json });
  },
});
