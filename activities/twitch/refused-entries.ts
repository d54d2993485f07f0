import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import { readableEntries } from '../parameters/readable-entries.ts';
import { LISTS } from './questions.ts';
import type { Entry } from './questions.ts';
import type { StreamPollSettings } from './stream-poll-settings.ts';

const refusedEntry = z.object({ list: z.enum(LISTS), value: z.string(), refusedAt: z.iso.datetime() });
type RefusedEntry = z.infer<typeof refusedEntry>;

/** `streams/refused`: entries of the settings that Helix refuses, such as the login of a channel that no longer exists. */
const refusedEntries = z.object({ entries: readableEntries(refusedEntry) }).catch({ entries: [] });

const REFUSED_ENTRIES_PATH = 'streams/refused';
/** A refused entry is tried again after a day: a channel may come back. */
const RETRY_AFTER_MS = 24 * 3_600_000;
/** A parameter has at most 4 MiB. Further entries are tried again by each poll. */
const KEPT = 5_000;

/** The entries of the settings that were refused in the last day. */
export async function readRefusedEntries(
  parameters: Parameters,
  settings: StreamPollSettings,
  nowMs: number,
): Promise<RefusedEntry[]> {
  const stored = await parameters.get<{ entries: RefusedEntry[] }>(REFUSED_ENTRIES_PATH, refusedEntries);
  const asked = {
    channels: new Set(settings.channels),
    languages: new Set(settings.languages),
    games: new Set(settings.games),
  };
  return (stored?.value.entries ?? []).filter(({ list, value, refusedAt }) => {
    const ageMs = nowMs - Date.parse(refusedAt);
    return asked[list].has(value) && ageMs >= 0 && ageMs < RETRY_AFTER_MS;
  });
}

/** Adds new refused entries to the stored ones. */
export async function storeRefusedEntries(
  parameters: Parameters,
  known: RefusedEntry[],
  refused: Entry[],
  nowMs: number,
): Promise<void> {
  if (refused.length === 0) return;
  const refusedAt = new Date(nowMs).toISOString();
  await parameters.put(REFUSED_ENTRIES_PATH, {
    entries: [...known, ...refused.map((entry) => ({ ...entry, refusedAt }))].slice(-KEPT),
  });
}
