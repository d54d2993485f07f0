import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`./queries/${name}.sql`, import.meta.url), 'utf8');

/** The queries behind a report, over the views chat, streams, coverage and tallies. */
export const QUERIES = {
  sums: read('sums'),
  newest: read('newest'),
  messagesPerMinute: read('messages-per-minute'),
  viewers: read('viewers'),
  channels: read('channels'),
  categories: read('categories'),
  coverage: read('coverage'),
} as const;
