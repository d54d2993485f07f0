import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import type { People } from './redact-line.ts';

export const OPT_OUT_PATH = 'config/opt-out';
/** The list is one parameter of at most 1 MiB. */
export const MOST_ENTRIES = 5_000;

/** One user who must not be in yellow. Several entries may have the same user, each with another login. */
export const optOutEntry = z.object({
  userId: z.string().regex(/^\d{1,20}$/, 'the number of a user at Twitch'),
  /** A login of the user. Mentions, bans and deletions by this login are redacted too. */
  login: z
    .string()
    .transform((login) => login.toLowerCase())
    .pipe(z.string().regex(/^[a-z0-9_]{1,25}$/, 'a login'))
    .optional(),
  /** When the user opted out. For people. */
  since: z.iso.datetime(),
  /** The user is forgotten: lines in red are redacted too, and new lines are not stored. Set by `chatlake forget`, and final. */
  forgotten: z.boolean().default(false),
});
export type OptOutEntry = z.infer<typeof optOutEntry>;

/** The entries that can be read, and how many cannot: a damaged entry spoils itself alone. */
export interface OptOut {
  entries: OptOutEntry[];
  damaged: number;
}

/** Change it with what `redactLine` does, so that hours with opt-outs are refined again. */
const REDACTION = 1;

export const NOBODY: OptOut = { entries: [], damaged: 0 };

const optOutList = z
  .array(z.unknown())
  .max(MOST_ENTRIES)
  .transform((entries): OptOut => {
    const found = entries.flatMap((entry) => optOutEntry.safeParse(entry).data ?? []);
    return { entries: found, damaged: entries.length - found.length };
  });

/** Reads the list of users who opted out. @throws ParameterError */
export async function readOptOut(parameters: Parameters): Promise<OptOut & { etag: string | undefined }> {
  const stored = await parameters.get(OPT_OUT_PATH, optOutList);
  return { ...(stored?.value ?? NOBODY), etag: stored?.etag };
}

/** For the page of the day: entries that do not count. */
export function troublesOf({ damaged }: OptOut): string[] {
  if (damaged === 0) return [];
  const entries = damaged === 1 ? 'One entry' : `${damaged} entries`;
  return [
    `${entries} of ${OPT_OUT_PATH} cannot be read, so these users are not left out. Correct it in the parameter store.`,
  ];
}

/** The people of some entries. */
export function peopleOf(entries: readonly OptOutEntry[]): People {
  return {
    ids: new Set(entries.map(({ userId }) => userId)),
    logins: new Set(entries.flatMap(({ login }) => login ?? [])),
  };
}

/** Identifies whom a list names, whatever the order; '' if it names nobody. */
export function digestOf({ entries }: OptOut): string {
  if (entries.length === 0) return '';
  const { ids, logins } = peopleOf(entries);
  const text = JSON.stringify([REDACTION, [...ids].sort(), [...logins].sort()]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
