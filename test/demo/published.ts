import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addUp } from '../../viz/day-summary.ts';
import type { CollectorSums, DaySums } from '../../viz/day-summary.ts';
import type { DaySummary } from '../../viz/day-summary.ts';

/** The reports of a site. A run across midnight has two days. */
export interface Published {
  /** The days that have a report, oldest first. */
  days: string[];
  /** A collector with two days appears twice. */
  collectors: CollectorSums[];
  sums: DaySums;
}

export async function readPublished(siteDirectory: string): Promise<Published> {
  const names = (await readdir(siteDirectory)).filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name)).sort();
  const texts = await Promise.all(names.map((day) => readIfThere(join(siteDirectory, day, 'report.json'))));
  const summaries = texts.filter((text) => text !== '').map((text) => JSON.parse(text) as DaySummary);
  const collectors = summaries.flatMap((summary) => summary.collectors);
  return { days: summaries.map(({ day }) => day), collectors, sums: addUp(collectors) };
}

/** All files below a directory as one text. */
export async function textBelow(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map(readIfThere))).join('\n');
}

/** Empty if the file does not exist (any more): pages are replaced by rename. */
async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
