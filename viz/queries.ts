import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string): string => readFileSync(join(import.meta.dirname, `queries/${name}.sql`), 'utf8');

/** The sums of each collector, and since when it has been silent. */
export const SUMS = read('sums');
/** The times of the newest message and the newest poll, and the number of lines that could not be read. */
export const NEWEST = read('newest');
/** The key figures of each chosen broadcast. */
export const BROADCAST = read('broadcast');
/** Twitch's recordings of chosen broadcasts. */
export const BROADCAST_VIDEO = read('broadcast-video');
/** The key figures of a channel. */
export const CHANNEL = read('channel');
