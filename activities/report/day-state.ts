import pMap from 'p-map';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import { readDayManifest, removalOf } from '../yellow/day-manifest.ts';
import type { Removal } from '../yellow/day-manifest.ts';
import { readManifest } from '../yellow/manifest.ts';
import type { Manifest } from '../yellow/manifest.ts';
import { hoursOfDay } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';

const FILES_AT_ONCE = 8;

/** How many hours of a day exist and are complete, and what is wrong with them. */
export interface DayState {
  hours: number;
  completeHours: number;
  /** What red lacked of its hours. */
  gaps: (Manifest['gaps'][number] & { hour: Hour })[];
  /** When what people wrote on the day was removed; undefined if it is there. */
  removed: Removal | undefined;
  /** Damaged manifests and their remedies. Their hours count as incomplete. */
  troubles: string[];
}

export async function readDayState({ hdfs, root }: { hdfs: Hdfs; root: string }, day: Day): Promise<DayState> {
  const read = await pMap(
    hoursOfDay(day),
    async (hour) => ({ hour, manifest: await readManifest(hdfs, root, hour).catch(damage) }),
    { concurrency: FILES_AT_ONCE },
  );
  const found = read.filter(({ manifest }) => manifest !== undefined);
  const ofDay = await readDayManifest(hdfs, root, day);
  const readable = found.flatMap(({ hour, manifest }) =>
    manifest === undefined || manifest instanceof Error ? [] : [{ hour, manifest }],
  );
  return {
    removed: ofDay === undefined ? undefined : removalOf(ofDay),
    hours: found.length,
    completeHours: readable.filter(({ manifest }) => manifest.complete).length,
    gaps: readable.flatMap(({ hour, manifest }) => manifest.gaps.map((gap) => ({ ...gap, hour }))),
    troubles: found.flatMap(({ manifest }) => (manifest instanceof Error ? [manifest.message] : [])),
  };
}

function damage(error: unknown): DamagedFile {
  if (error instanceof DamagedFile) return error;
  throw error;
}
