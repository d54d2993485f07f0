export const ACCOUNT_OPTION = {
  type: 'string',
  value: 'NAME',
  help: 'The account, as in TWITCH_ACCOUNTS. Not needed if there is only one.',
} as const;
