import { readFile } from 'node:fs/promises';
import { DAY_CHARTS } from '../../viz/charts/day/index.ts';
import type { DaySummary } from '../../viz/day-summary.ts';
import { dayPage } from '../../viz/pages/day-page.ts';
import { withRemovedNote } from '../../viz/pages/removed-note.ts';
import type { Language } from '../../viz/words.ts';
import type { Day } from '../../workflows/hour.ts';
import { chartFiles } from './chart-files.ts';
import type { DayState } from './day-state.ts';
import { readDay } from './read-day.ts';
import { limitToDay } from './scope.ts';
import { publishPages } from './site.ts';
import type { Publication, Site } from './site.ts';
import { pageFile, publishFile } from './site-files.ts';
import { readSummary, summaryFile } from './summaries.ts';

/** Publishes the page of a day, the files of its charts, and its `report.json`. @returns what `report.json` says */
export async function publishDayPages(
  publication: Publication,
  day: Day,
  state: DayState,
  troubles: string[],
): Promise<DaySummary> {
  const { connection, site, scratchDirectory, publishedAt, signal } = publication;
  await limitToDay(connection, day);
  const data = await readDay(connection, day, state, publishedAt);
  data.summary.troubles = troubles;
  const before = await publishedBefore(site, day, data.summary);
  const { summary } = before ?? data;
  // Of a day whose chat was removed, the files stay as they are, like its pages.
  const files =
    before === undefined
      ? await chartFiles(connection, DAY_CHARTS, data.rows, scratchDirectory)
      : new Map<string, string>();
  // A cancelled attempt must not overwrite a newer page.
  signal.throwIfAborted();
  await publishPages(
    site,
    `${day}/`,
    files,
    (edition) => before?.pages[edition.locale.language] ?? dayPage({ ...data, summary }, edition),
  );
  await publishFile(summaryFile(site.directory, day), JSON.stringify(summary));
  return summary;
}

/**
 * The pages and the summary of a day as they were published before what people wrote was removed: they count it, and a page that is made now
 * could not. Undefined if nothing was removed, or nothing was published.
 */
async function publishedBefore(
  { directory, editions }: Site,
  day: Day,
  { removed }: DaySummary,
): Promise<{ pages: Partial<Record<Language, string>>; summary: DaySummary } | undefined> {
  if (removed === undefined) return undefined;
  const found = await readSummary(directory, day);
  if (found?.summary === undefined) return undefined;
  const summary = { ...found.summary, removed };
  const pages: Partial<Record<Language, string>> = {};
  for (const { locale } of editions) {
    const { language } = locale;
    const page = await readFile(pageFile(directory, { language, path: `${day}/` }), 'utf8').catch(() => undefined);
    if (page !== undefined) pages[language] = withRemovedNote(page, summary, locale);
  }
  return Object.keys(pages).length === 0 ? undefined : { pages, summary };
}
