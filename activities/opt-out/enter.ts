import { z } from 'zod';
import { FactError } from '../errors.ts';
import type { Parameters } from '../parameters/client.ts';
import { retryOnConflict } from '../parameters/retry-on-conflict.ts';
import { MOST_ENTRIES, OPT_OUT_PATH, optOutEntry } from './list.ts';
import type { OptOutEntry } from './list.ts';

const CONFLICTS = 20;

/** Whom to forget, and the logins that are known. */
interface Forgotten {
  userId: string;
  logins: readonly string[];
  /** ISO. For new entries. */
  since: string;
}

/**
 * Enters a user who must be forgotten into `config/opt-out`: an entry for each login, or one without a login if none is known. An entry of
 * the user that exists becomes final. Entries that this version cannot read stay as they are.
 * @returns all entries of the user, and whether the list was changed
 * @throws FactError, not retryable, if the list is full; ParameterError
 */
export function enterForgotten(
  parameters: Parameters,
  { userId, logins, since }: Forgotten,
): Promise<{ entries: OptOutEntry[]; isNew: boolean }> {
  return retryOnConflict(CONFLICTS, async () => {
    const stored = await parameters.get(OPT_OUT_PATH, z.array(z.unknown()));
    const others: unknown[] = [];
    const own: OptOutEntry[] = [];
    for (const entry of stored?.value ?? []) {
      const parsed = optOutEntry.safeParse(entry).data;
      if (parsed?.userId === userId) own.push(parsed);
      else others.push(entry);
    }
    const known = new Set(own.map(({ login }) => login));
    const missing = [...new Set(logins.map((login) => login.toLowerCase()))].filter((login) => !known.has(login));
    const added = own.length + missing.length === 0 ? [{ userId, since }] : missing.map((login) => ({ userId, login, since })); // prettier-ignore
    const isNew = added.length > 0 || own.some(({ forgotten }) => !forgotten);
    const entries = [...own, ...added].map((entry) => ({ ...entry, forgotten: true }));
    if (!isNew) return { entries, isNew };
    if (others.length + entries.length > MOST_ENTRIES) throw listIsFull();
    const condition = stored === undefined ? { ifAbsent: true } : { ifMatch: stored.etag };
    await parameters.put(OPT_OUT_PATH, [...others, ...entries], condition);
    return { entries: z.array(optOutEntry).parse(entries), isNew };
  });
}

function listIsFull(): FactError {
  return new FactError(
    `Expected at most ${MOST_ENTRIES} entries in ${OPT_OUT_PATH}, and one more would be too many. Remove entries of users who only opted out and may return.`,
    { facts: { path: OPT_OUT_PATH }, retryable: false },
  );
}
