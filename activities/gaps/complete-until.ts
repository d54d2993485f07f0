import { addHours } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { listHours } from '../red/list-tiles.ts';
import { listYellowHours } from '../yellow/list-hours.ts';
import { readManifests } from './manifests.ts';
import type { Lake } from './manifests.ts';

/**
 * Up to which hour, not included, coverage is known for the gaps of a day: at most to the end of the first hour after the day, which shows who went
 * on listening at midnight. It ends before the first hour that is in red and not complete in yellow: what is not refined yet would look as if
 * nobody had listened. An hour that is not in red had no coverage if a later hour is complete, because red is loaded in order.
 * @param known.hour is complete
 */
export async function completeUntil(
  lake: Lake,
  day: Day,
  { hour, openHour }: { hour: Hour; openHour: Hour },
): Promise<Hour> {
  const first = `${day}T00`;
  const loadedUntil = addHours(await lastComplete(lake, { hour, openHour }), 1);
  const [earliest = first] = [addHours(first, 25), openHour, loadedUntil].sort();
  const end = earliest < first ? first : earliest;
  const { hdfs, root } = lake;
  const hours = (await listHours(hdfs, root, 'coverage')).filter((it) => it >= first && it < end);
  const manifests = await readManifests(lake, hours);
  return hours.find((_hour, index) => manifests[index]?.complete !== true) ?? end;
}

async function lastComplete(lake: Lake, { hour, openHour }: { hour: Hour; openHour: Hour }): Promise<Hour> {
  const later = (await listYellowHours(lake.hdfs, lake.root)).filter((it) => it > hour && it < openHour);
  for (const candidate of later.reverse()) {
    const [manifest] = await readManifests(lake, [candidate]);
    if (manifest?.complete === true) return candidate;
  }
  return hour;
}
