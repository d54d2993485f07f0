import pMap from 'p-map';
import { addHours } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { listHours } from '../red/list-tiles.ts';
import { readManifest } from '../yellow/manifest.ts';

const READS_AT_ONCE = 8;

/**
 * Up to which hour, not included, the gaps of a day can be known: the first hour of the day that is in red and not complete in yellow, the open
 * hour, or the next day. What is not refined yet would look as if nobody had listened.
 */
export async function completeUntil(
  { hdfs, root }: { hdfs: Hdfs; root: string },
  day: Day,
  openHour: Hour,
): Promise<Hour> {
  const nextDay = addHours(`${day}T00`, 24);
  const end = nextDay < openHour ? nextDay : openHour;
  const hours = (await listHours(hdfs, root, 'coverage')).filter((hour) => hour >= `${day}T00` && hour < end);
  const isComplete = await pMap(hours, async (hour) => (await readManifest(hdfs, root, hour))?.complete === true, {
    concurrency: READS_AT_ONCE,
  });
  return hours.find((_hour, index) => isComplete[index] === false) ?? end;
}
