import pMap from 'p-map';
import type { Hdfs } from '../hdfs/hdfs.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import { listYellowHours } from '../yellow/list-hours.ts';
import { readManifest, tablePath } from '../yellow/manifest.ts';
import type { Manifest } from '../yellow/manifest.ts';
import type { ViewedTable } from './views.ts';
import { addHours, hoursOfDay } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';

const FILES_AT_ONCE = 8;
/** A message may have been sent up to a week before it arrived, and the sums count by arrival. A room may have been joined days ago. */
const HOURS_BACK = 7 * 24;

/** Local copies of the files of a day's report, and how many of its hours exist and are complete. */
export interface DayFiles {
  files: Record<ViewedTable, string[]>;
  hours: number;
  completeHours: number;
  /** What red lacked of its hours. */
  gaps: (Manifest['gaps'][number] & { hour: Hour })[];
  /** Damaged manifests and their remedies. Their hours count as incomplete. */
  troubles: string[];
}

export async function fetchDay(deps: { hdfs: Hdfs; root: string; files: CachedFiles }, day: Day): Promise<DayFiles> {
  const { hdfs, root, files } = deps;
  const hours = hoursOfDay(day);
  const first = hours[0] ?? `${day}T00`;
  const [from, to] = [addHours(first, -HOURS_BACK), addHours(first, 25)];
  const aroundDay = (await listYellowHours(hdfs, root)).filter((hour) => hour >= from && hour < to);

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
  // A deletion just after midnight hides a message of the day.
  const toHide = aroundDay.filter((hour) => hour >= first);
  const manifests = await pMap(ofDay, (hour) => readManifest(hdfs, root, hour).catch(damage), {
    concurrency: FILES_AT_ONCE,
  });
  return {
    files: {
      chat: await fetchTable('chat', ofDay),
      moderation: await fetchTable('moderation', toHide),
      streams: await fetchTable('streams', ofDay),
      coverage: await fetchTable('coverage', aroundDay),
      tallies: await fetchTable('tallies', aroundDay),
      quarantine: await fetchTable('quarantine', ofDay),
    },
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
