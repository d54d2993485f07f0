import { Candidates } from './candidates.ts';
import type { Helix, StreamsQuery } from './helix.ts';
import { TwitchError } from './http.ts';
import { listQuestions, queryOf } from './questions.ts';
import type { Entry, ListQuestion } from './questions.ts';
import { toLiveStream } from './stream.external.ts';
import type { LiveStream, StreamExternal } from './stream.external.ts';
import type { StreamPollSettings } from './stream-poll-settings.ts';

/** Why a question has no more pages, the worst last. `failed`: Helix stopped answering; the pages so far are kept. */
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
  /** Entries of the settings that Helix does not take. */
  refused: Entry[];
  /** Entries of Helix's lists that could not be used. */
  unusable: number;
}

export interface SweepOptions {
  /** Streams that stay among the candidates however few viewers they have. */
  isPinned?: (stream: LiveStream) => boolean;
  /** Entries of the settings that are not asked for. */
  isLeftOut?: (entry: Entry) => boolean;
  /** Is given each live stream once, page by page. */
  onStreams?: (streams: StreamExternal[]) => Promise<void>;
  signal?: AbortSignal;
  /** Default 2,000: all of Twitch is about 1,000 pages. */
  pageBudget?: number;
}

/** Pages in a row without a new stream after which a question ends, whatever its cursors: pages do repeat streams, but not whole pages. */
const PAGES_WITHOUT_NEWS = 2;
/** Refused parts that are halved in one sweep: enough to find a hundred refused entries. Those that are left are found by the next sweeps. */
const HALVINGS = 100;

/**
 * Asks Helix for the streams that the settings name: those with the most viewers, then the lists in parts. Pages repeat and miss streams and
 * cursors may loop (Twitch API reference; twitchdev/issues#2, #93, #199), so a question ends on an empty page, on the last one, on a cursor
 * seen before, on pages that bring nothing new, when enough streams have come, or when the page budget is spent.
 *
 * A part of a list that Helix refuses is asked for in halves, until what it refuses is found: one login that no longer exists makes it refuse
 * all hundred.
 * @throws TwitchError where not even one page came
 */
export async function sweep(
  helix: Pick<Helix, 'getStreams'>,
  settings: StreamPollSettings,
  options: SweepOptions = {},
): Promise<Sweep> {
  const { isPinned, isLeftOut = () => false, onStreams, signal, pageBudget = 2_000 } = options;
  const swept: Sweep = {
    candidates: new Candidates(isPinned),
    pages: 0,
    stoppedBy: 'last page',
    refused: [],
    unusable: 0,
  };
  /** The last question that showed a stream, by the stream's id. */
  const seenBy = new Map<string, number>();
  let question = 0;
  let halvings = HALVINGS;
  let takesQuestions = false;

  /** Takes over the streams of a page, and gives how many of them this question had not shown yet. */
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

  /** All pages of one question. @throws TwitchError when its first page does not come */
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
        if (after === undefined || !isPassing(error)) throw error;
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

  /** Whether it is worth looking for what Helix refuses in a part of a list. @throws TwitchError where it refuses whatever is asked */
  async function mayHalve(): Promise<boolean> {
    await mustTakeQuestions();
    halvings -= 1;
    if (halvings < 0) note('failed');
    return halvings >= 0;
  }

  /** Nothing came but refusals: is it the entries? One stream of all is a question that nobody can refuse for what it names. */
  async function mustTakeQuestions(): Promise<void> {
    if (swept.pages > 0 || takesQuestions) return;
    await helix.getStreams({ first: 1 }, signal);
    takesQuestions = true;
  }

  function note(end: SweepEnd): void {
    if (ENDS.indexOf(end) > ENDS.indexOf(swept.stoppedBy)) swept.stoppedBy = end;
  }

  try {
    if (settings.top !== 0) note(await pages({}, settings.top === 'all' ? Infinity : settings.top));
    for (const part of listQuestions(settings, isLeftOut)) await list(part);
    if (swept.refused.length > 0) await mustTakeQuestions();
  } catch (error) {
    if (swept.pages === 0 || !isPassing(error)) throw error;
    note('failed');
  }
  return swept;
}

/**
 * Asks for all values, and where Helix refuses them (400) for each half of them, and so on, for as long as it may. Gives the values that are
 * refused alone.
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

/** Errors after which the pages so far are worth keeping. */
function isPassing(error: unknown): boolean {
  return error instanceof TwitchError && (error.kind === 'unavailable' || error.kind === 'refused');
}
