import { Candidates, KEPT } from './candidates.ts';
import type { Helix, StreamsQuery } from './helix.ts';
import { TwitchError } from './http.ts';
import { listQuestions, queryOf } from './questions.ts';
import type { Entry, ListQuestion } from './questions.ts';
import { toLiveStream } from './stream.external.ts';
import type { LiveStream, StreamExternal } from './stream.external.ts';
import type { StreamPollSettings } from './stream-poll-settings.ts';

/** Why a question has no more pages, the worst reason last. `failed`: Helix stopped answering; the pages so far are kept. */
const ENDS = [
  'last page',
  'enough streams',
  'empty page',
  'nothing new',
  'repeated cursor',
  'page budget',
  'failed',
] as const;
type SweepEnd = (typeof ENDS)[number];

export interface Sweep {
  candidates: Candidates;
  pages: number;
  /** The worst end of all questions. */
  stoppedBy: SweepEnd;
  /** Entries of the settings that Helix refused. */
  refused: Entry[];
  /** Entries in Helix's answers that were dropped. */
  unusable: number;
}

export interface SweepOptions {
  /** Streams that stay candidates however few viewers they have. */
  isPinned?: (stream: LiveStream) => boolean;
  /** The most rooms. So many other streams stay candidates, at least. */
  rooms?: number;
  /** Entries of the settings to ignore. */
  isLeftOut?: (entry: Entry) => boolean;
  /** Receives each live stream once, page by page. */
  onStreams?: (streams: StreamExternal[]) => Promise<void>;
  signal?: AbortSignal;
  /** Default 2,000: all of Twitch is about 1,000 pages. */
  pageBudget?: number;
}

/** A question ends after so many consecutive pages without a new stream. Pages repeat streams, but not whole pages. */
const PAGES_WITHOUT_NEWS = 2;
/** The most refused parts that a sweep halves: enough to find a hundred refused entries. The next sweeps find the rest. */
const HALVINGS = 100;

/**
 * Reads the streams of the settings from Helix: those with the most viewers, then the lists in parts. Pages repeat and miss streams, and
 * cursors may loop (Twitch API reference; twitchdev/issues#2, #93, #199). So a question ends on the last page, an empty page, a repeated
 * cursor, pages without new streams, enough streams, or the page budget.
 *
 * If Helix refuses a part of a list, the part is halved until the refused entries are found: one login that no longer exists makes Helix
 * refuse all hundred.
 * @throws TwitchError if no page could be read
 */
export async function sweep(
  helix: Pick<Helix, 'getStreams'>,
  settings: StreamPollSettings,
  options: SweepOptions = {},
): Promise<Sweep> {
  const { isPinned, rooms = 0, isLeftOut = () => false, onStreams, signal, pageBudget = 2_000 } = options;
  const swept: Sweep = {
    candidates: new Candidates(isPinned, Math.max(KEPT, rooms)),
    pages: 0,
    stoppedBy: 'last page',
    refused: [],
    unusable: 0,
  };
  /** The last question that showed a stream, by the stream's id. */
  const seenBy = new Map<string, number>();
  let question = 0;
  let halvings = HALVINGS;
  let acceptsRequests = false;

  /** Adds the streams of a page. Returns how many of them are new in this question. */
  async function take(streams: StreamExternal[]): Promise<number> {
    const fresh: StreamExternal[] = [];
    let news = 0;
    for (const stream of streams) {
      const last = seenBy.get(stream.id);
      if (last === question) continue;
      news += 1;
      seenBy.set(stream.id, question);
      if (last !== undefined) continue;
      fresh.push(stream);
      swept.candidates.add(toLiveStream(stream));
    }
    if (fresh.length > 0) await onStreams?.(fresh);
    return news;
  }

  /** Reads all pages of one question. @throws TwitchError if the first page cannot be read */
  async function pages(query: StreamsQuery, wanted = Infinity): Promise<SweepEnd> {
    question += 1;
    let found = 0;
    const cursors = new Set<string>();
    let withoutNews = 0;
    for (let after: string | undefined; ;) {
      let page;
      try {
        page = await helix.getStreams(after === undefined ? query : { ...query, after }, signal);
      } catch (error) {
        if (after === undefined || !canContinueAfter(error)) throw error;
        return 'failed';
      }
      swept.pages += 1;
      swept.unusable += page.unusable;
      // Helix has sent streams of another type for `type=live`: an error stream has an empty type.
      const live = page.streams.filter(({ type }) => type === 'live').slice(0, wanted - found);
      const news = await take(live);
      found += news;
      withoutNews = news === 0 ? withoutNews + 1 : 0;

      after = page.cursor;
      if (page.streams.length + page.unusable === 0) return 'empty page';
      if (found >= wanted) return 'enough streams';
      if (after === undefined) return 'last page';
      if (cursors.has(after)) return 'repeated cursor';
      if (withoutNews >= PAGES_WITHOUT_NEWS) return 'nothing new';
      if (swept.pages >= pageBudget) return 'page budget';
      cursors.add(after);
    }
  }

  async function list({ list: name, values }: ListQuestion): Promise<void> {
    const refused = await refusedOf(
      values,
      async (part) => note(await pages(queryOf({ list: name, values: part }))),
      mayHalve,
    );
    swept.refused.push(...refused.map((value) => ({ list: name, value })));
  }

  /** Whether to halve a refused part. @throws TwitchError if Helix refuses every request */
  async function mayHalve(): Promise<boolean> {
    await checkAcceptsRequests();
    halvings -= 1;
    if (halvings < 0) note('failed');
    return halvings >= 0;
  }

  /** If Helix has only refused so far, sends a request without any entry, to find out whether the entries are the cause. */
  async function checkAcceptsRequests(): Promise<void> {
    if (swept.pages > 0 || acceptsRequests) return;
    await helix.getStreams({ first: 1 }, signal);
    acceptsRequests = true;
  }

  function note(end: SweepEnd): void {
    if (ENDS.indexOf(end) > ENDS.indexOf(swept.stoppedBy)) swept.stoppedBy = end;
  }

  try {
    if (settings.top !== 0) note(await pages({}, settings.top === 'all' ? Infinity : settings.top));
    for (const part of listQuestions(settings, isLeftOut)) await list(part);
    if (swept.refused.length > 0) await checkAcceptsRequests();
  } catch (error) {
    if (swept.pages === 0 || !canContinueAfter(error)) throw error;
    note('failed');
  }
  return swept;
}

/**
 * Asks for all values. If Helix refuses them (400), asks for each half, and so on, while `mayHalve` allows it.
 * @returns the values that Helix refuses on their own
 * @throws TwitchError other than `refused`
 */
export async function refusedOf(
  values: string[],
  ask: (values: string[]) => Promise<void>,
  mayHalve: () => Promise<boolean> = async () => true,
): Promise<string[]> {
  if (values.length === 0) return [];
  try {
    await ask(values);
    return [];
  } catch (error) {
    if (!(error instanceof TwitchError) || error.kind !== 'refused') throw error;
    if (values.length === 1) return values;
  }
  if (!(await mayHalve())) return [];
  const middle = Math.ceil(values.length / 2);
  const first = await refusedOf(values.slice(0, middle), ask, mayHalve);
  return [...first, ...(await refusedOf(values.slice(middle), ask, mayHalve))];
}

/** Whether the pages so far can be kept after this error. */
function canContinueAfter(error: unknown): boolean {
  return error instanceof TwitchError && (error.kind === 'unavailable' || error.kind === 'refused');
}
