import type { Validation } from '../../../activities/twitch/oauth.ts';

/** What Twitch says of a valid token of a user. */
export const validation = (changes: Partial<Validation>): Validation => ({
  clientId: 'id',
  scopes: ['chat:read'],
  expiresInSeconds: 9_999,
  login: 'lark',
  userId: '4',
  isApps: false,
  ...changes,
});
