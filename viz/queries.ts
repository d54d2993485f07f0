import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`./queries/${name}.sql`, import.meta.url), 'utf8');

/** Views over chat, streams, coverage and tallies, as the queries need them. */
export const VIEWS = read('views');

/** The queries behind a report, over those views. Numbers come as DOUBLE, which JavaScript can hold. */
export const QUERIES = {
  sums: read('sums'),
  newest: read('newest'),
  messagesPerMinute: read('messages-per-minute'),
  viewers: read('viewers'),
  channels: read('channels'),
  categories: read('categories'),
  coverage: read('coverage'),
} as const;
