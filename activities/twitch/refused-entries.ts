import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import { type Entry, LISTS } from './questions.ts';

const refusedEntry = z.object({ list: z.enum(LISTS), value: z.string(), refusedAt: z.iso.datetime() });
type RefusedEntry = z.infer<typeof refusedEntry>;

/** `streams/refused`: entries of the settings that Helix does not take, such as the login of a channel that no longer exists. */
const refusedEntries = z.object({ entries: z.array(refusedEntry) });

const REFUSED_ENTRIES_PATH = 'streams/refused';
/** A refused entry is asked for again after a day: a channel may come back. */
const ASK_AGAIN_MS = 24 * 3_600_000;

/** The entries that were refused less than a day ago. */
export async function readRefusedEntries(parameters: Parameters, nowMs: number): Promise<RefusedEntry[]> {
  const stored = await parameters.get(REFUSED_ENTRIES_PATH, refusedEntries);
  return (stored?.value.entries ?? []).filter(({ refusedAt }) => {
    const ageMs = nowMs - Date.parse(refusedAt);
    return ageMs >= 0 && ageMs < ASK_AGAIN_MS;
  });
}

/** Notes what was refused just now beside what was known. Nothing is written where nothing is new. */
export async function noteRefusedEntries(
  parameters: Parameters,
  known: RefusedEntry[],
  refused: Entry[],
  nowMs: number,
): Promise<void> {
  if (refused.length === 0) return;
  const refusedAt = new Date(nowMs).toISOString();
  await parameters.put(REFUSED_ENTRIES_PATH, {
    entries: [...known, ...refused.map((entry) => ({ ...entry, refusedAt }))],
  });
}
