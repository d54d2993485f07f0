import { readFileSync } from 'node:fs';
import { addHours, hourOf, hourStartMs } from '../../workflows/hour.ts';

/** Every `temporal …` line of the README's code blocks, in their order. */
export function readmeTemporalLines(): string[] {
  const blocks = readFileSync('README.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g);
  return [...blocks].flatMap(([, block = '']) => block.split('\n')).filter((line) => line.startsWith('temporal '));
}

/** What the lines are about, in place of the README's examples. */
export interface Subjects {
  day: string;
  channelId: string;
  /** Two hours that have ended. Nothing but the backfill refines them: the pipeline was not there yet. */
  hours: [earlier: string, later: string];
}

/** The last two hours that ended more than two hours ago. */
export function oldHours(nowMs: number): Subjects['hours'] {
  const open = hourOf(nowMs);
  return [addHours(open, -4), addHours(open, -3)];
}

/** The line with the subjects in place of the examples. The Schedule's times are 2 minutes past the hour that follows the refined one. */
export function about({ day, channelId, hours: [earlier, later] }: Subjects, line: string): string {
  const from = new Date(hourStartMs(addHours(earlier, 1)));
  const to = new Date(hourStartMs(addHours(later, 1)) + 30 * 60_000);
  return line
    .replaceAll('2026-11-25', day)
    .replaceAll('chat/7001', `chat/${channelId}`)
    .replace(/--start-time \S+/, `--start-time ${from.toISOString()}`)
    .replace(/--end-time \S+/, `--end-time ${to.toISOString()}`);
}
