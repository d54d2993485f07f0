import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string): string => readFileSync(join(import.meta.dirname, `queries/${name}.sql`), 'utf8');

/** The sums of each collector, and since when it has been silent. */
export const SUMS = read('sums');
/** The times of the newest message and the newest poll, and the number of lines that could not be read. */
export const NEWEST = read('newest');
/** Makes a table of the times in which nobody listened to a broadcast. It asks rollups that have what the page shows, and the table `broadcast`. */
export const BROADCAST_GAPS = read('broadcast-gaps');
/** The key figures of a broadcast. */
export const BROADCAST = read('broadcast');
/** Twitch's recording of a broadcast. */
export const BROADCAST_VIDEO = read('broadcast-video');
/** The key figures of a channel. */
export const CHANNEL = read('channel');
