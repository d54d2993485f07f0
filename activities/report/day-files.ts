import pMap from 'p-map';
import type { Hdfs } from '../hdfs/hdfs.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import { listYellowHours } from '../yellow/list-hours.ts';
import { removalOf } from '../yellow/day-manifest.ts';
import type { Removal } from '../yellow/day-manifest.ts';
import { dayRowsOf } from '../yellow/day-rows.ts';
import type { LocalFile } from '../yellow/day-rows.ts';
import { findFiles, readingHours } from '../yellow/find-files.ts';
import type { Days } from '../yellow/find-files.ts';
import { readManifest } from '../yellow/manifest.ts';
import type { Manifest } from '../yellow/manifest.ts';
import type { ViewedTable } from './views.ts';
import { addHours, hoursOfDay } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';

const FILES_AT_ONCE = 8;
/** A message may have been sent up to a week before it arrived, and the sums count by arrival. A room may have been joined days ago. */
const HOURS_BACK = 7 * 24;

/** Local copies of the files of a day's report, and how many of its hours exist and are complete. */
export interface DayFiles {
  files: Record<ViewedTable, LocalFile[]>;
  hours: number;
  completeHours: number;
  /** What red lacked of its hours. */
  gaps: (Manifest['gaps'][number] & { hour: Hour })[];
  /** When what people wrote on the day was removed; undefined if it is there. */
  removed: Removal | undefined;
  /** Damaged manifests and their remedies. Their hours count as incomplete. */
  troubles: string[];
}

export async function fetchDay(deps: { hdfs: Hdfs; root: string; files: CachedFiles }, day: Day): Promise<DayFiles> {
  const { hdfs, root, files } = deps;
  const hours = hoursOfDay(day);
  const first = hours[0] ?? `${day}T00`;
  const [from, to] = [addHours(first, -HOURS_BACK), addHours(first, 25)];
  const aroundDay = (await listYellowHours(hdfs, root)).filter((hour) => hour >= from && hour < to);

  const fetchTable = async (table: ViewedTable, wanted: Hour[], days: Days): Promise<LocalFile[]> =>
    pMap(
      await findFiles(deps, table, wanted, days),
      async ({ file, hours: ofFile, day: manifest }) => {
        const local = await files.fetch(file);
        return manifest === undefined ? local : dayRowsOf(manifest, table, local, ofFile);
      },
      { concurrency: FILES_AT_ONCE },
    );
  const ofDay = hours.filter((hour) => aroundDay.includes(hour));
  // A deletion just after midnight hides a message of the day.
  const toHide = aroundDay.filter((hour) => hour >= first);
  const manifests = await pMap(ofDay, (hour) => readManifest(hdfs, root, hour).catch(damage), {
    concurrency: FILES_AT_ONCE,
  });
  const fetched = await readingHours(deps, aroundDay, async (days) => ({
    chat: await fetchTable('chat', ofDay, days),
    moderation: await fetchTable('moderation', toHide, days),
    streams: await fetchTable('streams', ofDay, days),
    coverage: await fetchTable('coverage', aroundDay, days),
    tallies: await fetchTable('tallies', aroundDay, days),
    quarantine: await fetchTable('quarantine', ofDay, days),
    manifest: days.get(day),
  }));
  const { manifest: dayManifest, ...tables } = fetched;
  return {
    files: tables,
    removed: dayManifest === undefined ? undefined : removalOf(dayManifest),
    hours: ofDay.length,
    completeHours: manifests.filter((manifest) => !(manifest instanceof Error) && manifest?.complete === true).length,
    gaps: manifests.flatMap((manifest, index) =>
      manifest === undefined || manifest instanceof Error
        ? []
        : manifest.gaps.map((gap) => ({ ...gap, hour: ofDay[index] ?? manifest.hour })),
    ),
    troubles: manifests.flatMap((manifest) => (manifest instanceof Error ? [manifest.message] : [])),
  };
}

function damage(error: unknown): DamagedFile {
  if (error instanceof DamagedFile) return error;
  throw error;
}
