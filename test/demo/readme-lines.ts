import { readFileSync } from 'node:fs';
import { addHours, dayOf, hourOf, hourStartMs } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** The text of a section of the README, without its heading. */
export function readmeSection(heading: string): string {
  const [, section] = readFileSync('README.md', 'utf8').split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`Expected the README to have the section ${heading}, found none.`);
  return section.split('\n## ')[0] ?? '';
}

/** All lines in the code blocks of a text, in order, without their indentation. */
export function codeLines(text: string): string[] {
  return [...text.matchAll(/^ *```.*\n([^]*?)^ *```/gm)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.trim())
    .filter(Boolean);
}

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
