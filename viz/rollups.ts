import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string): string => readFileSync(join(import.meta.dirname, `queries/${name}.sql`), 'utf8').trim();

/** Functions that the other queries use. */
export const MACROS = read('macros');

/** Views over `chat` that rollups ask: rows with a time, and those of which words may be shown. They need the rollup `hidden`. */
export const BASE = read('base');

/** Makes a table of the names of the channels of a page. It asks rollups that have what the page shows. */
export const CHANNEL_NAMES = read('channel-names');

/** Makes tables of who wrote in several channels, for the page on the audience. It asks the table of names. */
export const AUDIENCE = read('audience');
/** Their names. They have a row for each person, so a publisher drops them early. */
export const AUDIENCE_TABLES = ['audience', 'crowds', 'visitors', 'shared_chatters'] as const;
/** Makes a table with one row about polls. It asks rollups with all rows. */
export const POLL_CLOCK = read('poll-clock');
/** Makes a table of all broadcasts. It asks rollups with all rows, and {@link POLL_CLOCK}. */
export const BROADCASTS = read('broadcasts');
/** Views of what rollups have of the broadcasts in the table `chosen`. */
export const CHOSEN = read('chosen');
/** The times in which nobody listened to chosen broadcasts. Parts of their pages find them as `broadcast_gaps`. */
export const BROADCAST_GAPS = read('broadcast-gaps');

/** Chooses broadcasts for {@link CHOSEN}. */
export const choosing = (condition: string): string =>
  `CREATE OR REPLACE TEMP TABLE chosen AS FROM broadcasts WHERE ${condition};`;

/** A table with the rows of yellow, added up by hour. Its query has a column `hour`, and groups by it. */
export interface Rollup {
  name: string;
  /** A query over the tables of yellow with a column `hour`, {@link BASE}, and the rollups before it. */
  sql: string;
}

const rollup = (name: string): Rollup => ({ name, sql: read(`rollups/${name}`) });

/** Others ask these, also those of other hours: `hidden` says which words may be shown, `records` which channels are rooms. */
export const FIRST_ROLLUPS: readonly Rollup[] = ['hidden', 'records'].map(rollup);

/** What depends on `hidden`: it is made again if moderators have hidden something of an earlier hour. */
export const WORD_ROLLUPS: readonly Rollup[] = ['words', 'emotes', 'moments', 'scripts'].map(rollup);

/** All others. They need no words. */
export const OTHER_ROLLUPS: readonly Rollup[] = [
  'counts',
  'message_counts',
  'channel_hours',
  'chatters',
  'event_counts',
  'moderation_counts',
  'polls',
  'poll_totals',
  'poll_groups',
  'category_messages',
  'unread_lines',
].map(rollup);

/** All rollups, in an order in which each finds those that it asks. */
export const ROLLUPS: readonly Rollup[] = [...FIRST_ROLLUPS, ...WORD_ROLLUPS, ...OTHER_ROLLUPS];

/** Rollups of all channels together: they have no column `channel`. */
export const OF_ALL: ReadonlySet<string> = new Set(['counts', 'poll_totals', 'poll_groups', 'unread_lines']);

/** SQL that makes all rollups as views over the tables of yellow, for those who want to ask the query of a chart themselves. */
export const ROLLUP_VIEWS = [
  MACROS,
  viewOf({ name: 'hidden', sql: read('rollups/hidden') }),
  BASE,
  ...ROLLUPS.filter(({ name }) => name !== 'hidden').map(viewOf),
  CHANNEL_NAMES,
  AUDIENCE,
  POLL_CLOCK,
  BROADCASTS,
  choosing('false'),
  CHOSEN,
  viewOf({ name: 'broadcast_gaps', sql: BROADCAST_GAPS }),
].join('\n\n');

function viewOf({ name, sql }: Rollup): string {
  return `CREATE OR REPLACE TEMP VIEW ${name} AS\n${sql};`;
}
