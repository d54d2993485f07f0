import { z } from 'zod';
import { ConfigError } from './config-error.ts';

export const ACCOUNT_NAME = /^[a-z0-9_-]{1,50}$/;
/** A hundred accounts have as many rooms as anonymous reading. */
const MOST = 100;

/** TWITCH_ACCOUNTS: the names of the tokens in the parameter store. The first one is also Helix's. */
export const accountNames = z
  .string()
  .default('chatlake')
  .transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )
  .pipe(
    z
      .array(z.string().regex(ACCOUNT_NAME, 'names of lower-case letters, digits, _ and -, separated by commas'))
      .min(1, 'at least one name')
      .max(MOST, `at most ${MOST} names`),
  )
  .refine((names) => new Set(names).size === names.length, 'each name once');

/** The variable of 0.1.0, for one account. */
const OLD = 'TWITCH_ACCOUNT';
export const OLD_NAMES: readonly string[] = [OLD];

/** Reads TWITCH_ACCOUNT as TWITCH_ACCOUNTS. @throws ConfigError if both are set */
export function withOldAccount(set: Record<string, string>): Record<string, string> {
  const { [OLD]: account, ...others } = set;
  if (account === undefined) return set;
  if (others['TWITCH_ACCOUNTS'] !== undefined)
    throw new ConfigError(
      'Expected either TWITCH_ACCOUNTS or TWITCH_ACCOUNT, found both. Remove TWITCH_ACCOUNT, the old name.',
    );
  return { ...others, TWITCH_ACCOUNTS: account };
}

/** What to say about the old variable; undefined if it is not set. */
export function oldAccountWarning(env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const account = env[OLD]?.trim();
  return account ? `TWITCH_ACCOUNT is an old name: set TWITCH_ACCOUNTS=${account} instead, and remove it.` : undefined;
}
