import type { StreamsQuery } from './helix.ts';
import type { StreamPollSettings } from './stream-poll-settings.ts';

/** The lists in the settings. */
export const LISTS = ['channels', 'languages', 'games'] as const;
export type ListName = (typeof LISTS)[number];

export interface Entry {
  list: ListName;
  value: string;
}

/** Entries of one list for one request. */
export interface ListQuestion {
  list: ListName;
  values: string[];
}

/**
 * Entries per request. Helix accepts 100, but has answered requests with many categories with useless cursors (twitchdev/issues#543). So
 * lists whose answers have several pages are split into smaller parts.
 */
const ENTRIES: Record<ListName, number> = { channels: 100, languages: 10, games: 10 };

/** Splits the lists into parts that Helix accepts, without the excluded entries. */
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
