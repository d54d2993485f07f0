import { z } from 'zod';
import { streamPollSettings } from '../activities/twitch/stream-poll-settings.ts';
import { accountNames } from './account-names.ts';
import { ConfigError } from './config-error.ts';
import { credential } from './credential.ts';
import { httpUrl, list } from './values.ts';

/** The variables of Twitch, and of what is polled there. */
export const TWITCH = {
  TWITCH_API_URL: httpUrl.default('https://api.twitch.tv/helix'),
  TWITCH_ID_URL: httpUrl.default('https://id.twitch.tv/oauth2'),
  // Public errors show it.
  TWITCH_IRC_URL: z
    .url({ protocol: /^ircs?$/, error: 'a URL like ircs://host:port' })
    .refine((url) => !url.includes('@'), 'without a user or a password')
    .default('ircs://irc.chat.twitch.tv:6697'),
  TWITCH_CLIENT_ID: credential.default(''),
  TWITCH_CLIENT_SECRET: credential.default(''),
  TWITCH_ACCOUNTS: accountNames,
  TWITCH_CHAT_ANONYMOUS: z
    .enum(['yes', 'no'])
    .default('no')
    .transform((text) => text === 'yes'),
  // Tokens live about four hours. One that expires within an hour is refreshed in any case.
  TWITCH_TOKEN_REFRESH_MINUTES: z.coerce.number().int().min(1).max(180).default(30),
  STREAM_POLL_MINUTES: z.coerce.number().int().min(1).max(60).default(1),
  STREAM_POLL_CHANNELS: z
    .string()
    .default('')
    .transform((text) => list(text.toLowerCase()))
    .pipe(streamPollSettings.shape.channels.unwrap()),
  STREAM_POLL_LANGUAGES: z
    .string()
    .default('')
    .transform((text) => list(text.toLowerCase()))
    .pipe(streamPollSettings.shape.languages.unwrap()),
  STREAM_POLL_TOP: z
    .string()
    .default('1000')
    .transform((text) => (/^\d+$/.test(text) ? Number(text) : text.toLowerCase()))
    .pipe(streamPollSettings.shape.top.unwrap()),
};

type TwitchSettings = z.infer<z.ZodObject<typeof TWITCH>>;

/** The credentials of the Twitch application. @throws ConfigError */
export function twitchCredentials(settings: Pick<TwitchSettings, 'TWITCH_CLIENT_ID' | 'TWITCH_CLIENT_SECRET'>): {
  clientId: string;
  clientSecret: string;
} {
  const { TWITCH_CLIENT_ID: clientId, TWITCH_CLIENT_SECRET: clientSecret } = settings;
  if (clientId === '' || clientSecret === '') {
    throw new ConfigError(
      'Set TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET in .env, a copy of .env.example (README.md says where Twitch shows them); `make demo` needs neither.',
    );
  }
  if (clientId === clientSecret) {
    throw new ConfigError(
      'Expected TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET to differ, got the same for both. The developer console shows the secret after “New Secret”.',
    );
  }
  return { clientId, clientSecret };
}

/** The accounts whose tokens are used: the first for Helix, and all for chat unless it is read anonymously. */
export function usedAccounts(settings: Pick<TwitchSettings, 'TWITCH_ACCOUNTS' | 'TWITCH_CHAT_ANONYMOUS'>): string[] {
  return settings.TWITCH_CHAT_ANONYMOUS ? settings.TWITCH_ACCOUNTS.slice(0, 1) : settings.TWITCH_ACCOUNTS;
}
