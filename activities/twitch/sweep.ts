import type { Helix, StreamsQuery } from './helix.ts';
import type { StreamExternal } from './stream.external.ts';
import type { StreamPollSettings } from './stream-poll-settings.ts';

export type SweepEnd = 'last page' | 'empty page' | 'repeated cursor' | 'page budget';

export interface Sweep {
  streams: StreamExternal[];
  pages: number;
  stoppedBy: SweepEnd;
}

/** A sweep of all of Twitch is about 1,000 pages; more than this is a loop that no cursor repeats in. */
const PAGE_BUDGET = 2_000;

/**
 * Asks Helix for all pages of live streams. Pages repeat streams, and cursors may loop: streams are kept once by id, and the sweep ends on
 * an empty page, on the last one, on a cursor seen before, or when the page budget is spent.
 */
export async function sweep(
  helix: Pick<Helix, 'getStreams'>,
  settings: StreamPollSettings,
  options: { pageBudget?: number; onPage?: (pages: number) => void } = {},
): Promise<Sweep> {
  const { pageBudget = PAGE_BUDGET, onPage } = options;
  const query: StreamsQuery = { userLogins: settings.channels, languages: settings.languages, gameIds: settings.games };
  const byId = new Map<string, StreamExternal>();
  const cursors = new Set<string>();

  for (let pages = 1; ; pages += 1) {
    const page = await helix.getStreams(query);
    onPage?.(pages);
    // Helix has sent streams of another type for `type=live`: an error stream has an empty type.
    for (const stream of page.data) if (stream.type === 'live' && !byId.has(stream.id)) byId.set(stream.id, stream);

    const ended = whyEnded(page.data.length, page.pagination?.cursor, cursors, pages >= pageBudget);
    if (ended !== undefined) return { streams: [...byId.values()], pages, stoppedBy: ended };
    query.after = page.pagination?.cursor ?? '';
    cursors.add(query.after);
  }
}

function whyEnded(size: number, cursor: string | undefined, seen: Set<string>, spent: boolean): SweepEnd | undefined {
  if (size === 0) return 'empty page';
  if (cursor === undefined || cursor === '') return 'last page';
  if (seen.has(cursor)) return 'repeated cursor';
  return spent ? 'page budget' : undefined;
}
