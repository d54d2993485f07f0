import type { StreamsQuery } from './helix.ts';
import type { StreamPollSettings } from './stream-poll-settings.ts';

/** The lists of the settings, and how each is asked for. */
export const LISTS = ['channels', 'languages', 'games'] as const;
export type ListName = (typeof LISTS)[number];

/** An entry of one of the lists. */
export interface Entry {
  list: ListName;
  value: string;
}

/** Entries of one list that are asked for together. */
export interface ListQuestion {
  list: ListName;
  values: string[];
}

/**
 * Entries in one question. Helix takes 100 of each, but questions with many categories have been answered with cursors that lead nowhere
 * (twitchdev/issues#543), so what has more pages is asked for in smaller parts.
 */
const ENTRIES: Record<ListName, number> = { channels: 100, languages: 10, games: 10 };

/** The lists in parts that Helix takes. Entries that are known to be refused are left out. */
export function listQuestions(
  settings: Pick<StreamPollSettings, ListName>,
  isLeftOut: (entry: Entry) => boolean,
): ListQuestion[] {
  return LISTS.flatMap((list) => {
    const values = [...new Set(settings[list])].filter((value) => !isLeftOut({ list, value }));
    return partsOf(values, ENTRIES[list]).map((part) => ({ list, values: part }));
  });
}

export function queryOf({ list, values }: ListQuestion): StreamsQuery {
  if (list === 'channels') return { userLogins: values };
  return list === 'languages' ? { languages: values } : { gameIds: values };
}

export function partsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
