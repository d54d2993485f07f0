import pMap from 'p-map';
import type { Hdfs } from '../hdfs/hdfs.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import { readManifest, tablePath } from '../yellow/manifest.ts';
import type { ViewedTable } from './views.ts';
import { addHours, hoursOfDay } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';

const FILES_AT_ONCE = 8;
/** Messages are given to the hour they were sent in, up to a week before they arrived; the sums count by arrival. Rooms stay joined for days. */
const HOURS_BACK = 7 * 24;

/** Local copies of what a day's report reads, and how many of its hours are there and complete. */
export interface DayFiles {
  files: Record<ViewedTable, string[]>;
  hours: number;
  completeHours: number;
  /** What is wrong with a manifest, and what helps: its hour counts as not complete. */
  troubles: string[];
}

export async function fetchDay(deps: { hdfs: Hdfs; root: string; files: CachedFiles }, day: Day): Promise<DayFiles> {
  const { hdfs, root, files } = deps;
  const hours = hoursOfDay(day);
  const first = hours[0] ?? `${day}T00`;
  const aroundDay = await existingHours(hdfs, root, addHours(first, -HOURS_BACK), addHours(first, 25));

  const fetchTable = async (table: ViewedTable, wanted: Hour[]): Promise<string[]> => {
    const found = await pMap(
      wanted,
      async (hour) => {
        const file = await hdfs.status(tablePath(root, table, hour));
        return file === undefined ? undefined : files.fetch(file);
      },
      { concurrency: FILES_AT_ONCE },
    );
    return found.filter((file) => file !== undefined);
  };
  const ofDay = hours.filter((hour) => aroundDay.includes(hour));
  const manifests = await pMap(ofDay, (hour) => readManifest(hdfs, root, hour).catch(damage), {
    concurrency: FILES_AT_ONCE,
  });
  return {
    files: {
      chat: await fetchTable('chat', ofDay),
      streams: await fetchTable('streams', ofDay),
      coverage: await fetchTable('coverage', aroundDay),
      tallies: await fetchTable('tallies', aroundDay),
    },
    hours: ofDay.length,
    completeHours: manifests.filter((manifest) => !(manifest instanceof Error) && manifest?.complete === true).length,
    troubles: manifests.flatMap((manifest) => (manifest instanceof Error ? [manifest.message] : [])),
  };
}

function damage(error: unknown): DamagedFile {
  if (error instanceof DamagedFile) return error;
  throw error;
}

/** The hours of yellow from `from` up to, not including, `to`: those that have a manifest. */
async function existingHours(hdfs: Hdfs, root: string, from: Hour, to: Hour): Promise<Hour[]> {
  const manifests = await hdfs.list(`${root}/yellow/manifests`);
  return manifests
    .map((file) => file.path.slice(file.path.lastIndexOf('/') + 1).replace(/\.json$/, ''))
    .filter((hour) => hour >= from && hour < to);
}
