import { addHours } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import { listYellowHours } from '../yellow/list-hours.ts';
import { readManifests } from './manifests.ts';
import type { Lake } from './manifests.ts';

/** A record is at most a week older than its append time, unless it was imported. An imported one makes no gap. */
const MOST_LATE_HOURS = 7 * 24;

/** The earliest hour of yellow that has records or lines which arrived in this hour. */
export async function earliestHour(lake: Lake, hour: Hour): Promise<Hour> {
  const first = addHours(hour, -MOST_LATE_HOURS);
  const hours = (await listYellowHours(lake.hdfs, lake.root)).filter((it) => it >= first && it < hour);
  const manifests = await readManifests(lake, hours);
  return hours.find((_hour, index) => manifests[index]?.redHours.includes(hour) === true) ?? hour;
}
