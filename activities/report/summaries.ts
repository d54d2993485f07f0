import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { daySummary } from '../../viz/day-summary.ts';
import type { DaySummary } from '../../viz/day-summary.ts';
import type { IndexedDay } from '../../viz/pages/overview-page.ts';
import { LANGUAGES } from '../../viz/words.ts';
import type { Language } from '../../viz/words.ts';
import { pageFile, publishedDays } from './site-files.ts';

/** The summary of a day, beside its first page. */
export const summaryFile = (siteDirectory: string, day: string): string => join(siteDirectory, day, 'report.json');

/** The published days, newest first. One without a summary yet is left out. */
export async function readSummaries(siteDirectory: string): Promise<IndexedDay[]> {
  const days = await publishedDays(siteDirectory);
  const indexed = await Promise.all(
    days.map(async (day) => {
      const found = await readSummary(siteDirectory, day);
      return found && { day, languages: await languagesOf(siteDirectory, day), ...found };
    }),
  );
  return indexed.filter((day) => day !== undefined);
}

async function languagesOf(siteDirectory: string, day: string): Promise<Language[]> {
  const found = await Promise.all(
    LANGUAGES.map((language) => stat(pageFile(siteDirectory, { language, path: `${day}/` })).catch(() => undefined)),
  );
  return LANGUAGES.filter((_language, index) => found[index] !== undefined);
}

/** A summary that is damaged, or from another version, affects only its own line of the index. @returns undefined if there is none */
export async function readSummary(
  siteDirectory: string,
  day: string,
): Promise<{ summary: DaySummary | undefined } | undefined> {
  let text: string;
  try {
    text = await readFile(summaryFile(siteDirectory, day), 'utf8');
  } catch (error) {
    return (error as { code?: string }).code === 'ENOENT' ? undefined : { summary: undefined };
  }
  try {
    return { summary: daySummary.safeParse(JSON.parse(text)).data };
  } catch {
    return { summary: undefined };
  }
}
