import { readFileSync } from 'node:fs';
import { addHours, dayOf, hourOf, hourStartMs } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** The `temporal …` and `chatlake …` lines in the code blocks of the README, in order. */
export function readmeLines(): string[] {
  const blocks = readFileSync('README.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g);
  return [...blocks]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => /^(temporal|chatlake) /.test(line));
}

const SCHEDULED_PAST_THE_HOUR_MS = 2 * 60_000;

/** The hours that a backfill of today refines. The Schedule starts each at 2 minutes past the next hour, which must be today. */
export function hoursBackfilled(nowMs: number): Hour[] {
  const hours: Hour[] = [];
  for (let next = `${dayOf(hourOf(nowMs))}T00`; hourStartMs(next) + SCHEDULED_PAST_THE_HOUR_MS <= nowMs;) {
    hours.push(addHours(next, -1));
    next = addHours(next, 1);
  }
  return hours;
}
